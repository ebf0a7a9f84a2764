"""The suppression list as SES hands it out: page after page, at the pace SES allows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore import exceptions as botocore_errors

from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
    TenantGoneError,
)
from ses_reputation.suppression.listing.list_page import ListPage, read_page

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

    from ses_reputation.suppression.listing.pace import Pace

FAILURES_IN_A_ROW = 5
READING_STATEMENT = (
    '{"Effect": "Allow", "Action": ["ses:ListSuppressedDestinations", "ses:GetSuppressedDestination"], '
    '"Resource": "*"}'
)
"""What a role needs; SES has no resource for listing (Service Authorization Reference, Amazon SES v2)."""
# Of credentials that ran out during a call: the next call has new ones.
_WORTH_ANOTHER_TRY = {"RequestTimeout", "RequestExpired", "ExpiredToken", "ExpiredTokenException"}
_PARSING = "before-parse.sesv2.ListSuppressedDestinations"
# From here on, botocore takes an answer for an error.
_FIRST_ERROR_STATUS = 300


class SuppressionList(Protocol):
    """A suppression list that can be asked for one page."""

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        """Ask once; being throttled, unavailable, refused or expired are four different errors.

        since: only entries that were added or changed at this time or after it.
        """


@dataclass(frozen=True, slots=True)
class SesSuppressionList:
    """A list of one account and Region, asked through botocore (which has no paginator for it).

    tenant: whose it is, "" for the account's own.
    """

    client: "SESV2Client"
    page_size: int = 1_000
    tenant: str = ""

    def __post_init__(self) -> None:
        """Let the client read this operation's pages with our reader."""
        self.client.meta.events.register(_PARSING, _read_before_botocore, unique_id=_PARSING)

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        """Ask SES once.

        A token is good for the list and the filter that it was given for (docs/adr/0049-every-list.md).
        """
        asked: dict[str, Any] = {"NextToken": next_token, "TenantName": self.tenant, "StartDate": since}
        asked = {name: each for name, each in asked.items() if each}
        try:
            answer: Any = self.client.list_suppressed_destinations(PageSize=self.page_size, **asked)
        except botocore_errors.ClientError as error:
            raise _translate_error(error, self.tenant) from error
        except (botocore_errors.ConnectionError, botocore_errors.HTTPClientError) as error:
            raise ListUnavailableError(f"SES could not be reached: {type(error).__name__}.") from error
        except botocore_errors.BotoCoreError as error:
            raise ListRefusedError(f"SES could not be asked: {error}") from error
        page: ListPage = answer["Page"]
        return page


@dataclass(frozen=True, slots=True)
class ListReader:
    """Reads pages until the list or the time ends."""

    suppression_list: SuppressionList

    def read_pages(
        self,
        next_token: str | None,
        pace: "Pace",
        seconds_left: Callable[[], float],
        since: datetime | None = None,
    ) -> Iterator[ListPage]:
        """Yield pages from a token on; ends after the last page, or before a request there is no time for.

        At least one request is made, so that every call gets ahead. Throttling slows down and never raises.
        Raises ChainExpiredError, ListRefusedError, and ListUnavailableError after FAILURES_IN_A_ROW failures.
        """
        failures, is_first = 0, True
        while is_first or seconds_left() > pace.pause_seconds:
            is_first = False
            pace.wait()
            try:
                page = self.suppression_list.fetch_page(next_token, since)
            except ListThrottledError:
                pace.slow_down()
                pace.throttled += 1
                continue
            except ListUnavailableError:
                pace.slow_down()
                failures += 1
                if failures == FAILURES_IN_A_ROW:
                    raise
                continue
            pace.speed_up()
            failures, next_token = 0, page.next_token
            yield page
            if next_token is None:
                return


def _read_before_botocore(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    """Put the page into the answer, and leave botocore nothing to read; errors are botocore's own."""
    if response_dict["status_code"] < _FIRST_ERROR_STATUS:
        customized_response_dict["Page"] = read_page(response_dict["body"])
        response_dict["body"] = b"{}"


def _translate_error(error: botocore_errors.ClientError, tenant: str) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == 429 or code in {"TooManyRequestsException", "ThrottlingException", "Throttling"}:
        return ListThrottledError(code)
    if code == "InvalidNextTokenException":
        return ChainExpiredError("SES no longer knows the token of the next page.")
    if status >= 500 or code in _WORTH_ANOTHER_TRY:
        return ListUnavailableError(f"SES answered {status} {code}.")
    if code == "NotFoundException" and tenant:
        return TenantGoneError(f"SES has no tenant {tenant} any more. It deleted the list with the tenant.")
    return ListRefusedError(f"SES refused to list suppressed destinations: {code}. {_describe_remedy(code)}")


def _describe_remedy(code: str) -> str:
    if code.startswith("AccessDenied"):
        return f"The role that reads this account needs {READING_STATEMENT}."
    if code in {"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired"}:
        return "Has the account enabled this Region?"
    return "Its parameters or credentials need attention."
