"""The suppression list as SES hands it out: page after page, at the pace SES allows."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore import exceptions as botocore_errors

from ses_reputation.aws.clients import LISTING, connect
from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.listing.list_page import ListPage, read_page

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

    from ses_reputation.suppression.listing.pace import Pace

FAILURES_IN_A_ROW = 5
_PARSING = "before-parse.sesv2.ListSuppressedDestinations"
# From here on, botocore takes an answer for an error.
_FIRST_ERROR_STATUS = 300


class SuppressionList(Protocol):
    """A suppression list that can be asked for one page."""

    def fetch_page(self, next_token: str | None) -> ListPage:
        """Ask once; being throttled, unavailable, refused or expired are four different errors."""


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

    def fetch_page(self, next_token: str | None) -> ListPage:
        """Ask SES once."""
        asked = {"NextToken": next_token, "TenantName": self.tenant}
        named: dict[str, Any] = {name: each for name, each in asked.items() if each}
        try:
            answer: Any = self.client.list_suppressed_destinations(PageSize=self.page_size, **named)
        except botocore_errors.ClientError as error:
            raise _translate_error(error) from error
        except (botocore_errors.ConnectionError, botocore_errors.HTTPClientError) as error:
            raise ListUnavailableError(f"SES could not be reached: {error}") from error
        except botocore_errors.BotoCoreError as error:
            raise ListRefusedError(f"SES could not be asked: {error}") from error
        page: ListPage = answer["Page"]
        return page


def connect_list(region: str, page_size: int) -> SesSuppressionList:
    """Make the client for one Region."""
    return SesSuppressionList(connect("sesv2", region_name=region, config=LISTING), page_size)


@dataclass(frozen=True, slots=True)
class ListReader:
    """Reads pages until the list or the time ends. The way it sleeps is given, so that tests do not wait."""

    suppression_list: SuppressionList
    sleep: Callable[[float], None] = time.sleep

    def read_pages(
        self, next_token: str | None, pace: "Pace", seconds_left: Callable[[], float]
    ) -> Iterator[ListPage]:
        """Yield pages from a token on; ends after the last page, or before a request there is no time for.

        At least one request is made, so that every call gets ahead. Throttling slows down and never raises.
        Raises ChainExpiredError, ListRefusedError, and ListUnavailableError after FAILURES_IN_A_ROW failures.
        """
        failures, is_first = 0, True
        while is_first or seconds_left() > pace.pause_seconds:
            is_first = False
            self.sleep(pace.pause_seconds)
            try:
                page = self.suppression_list.fetch_page(next_token)
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


def _translate_error(error: botocore_errors.ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == 429 or code in {"TooManyRequestsException", "ThrottlingException", "Throttling"}:
        return ListThrottledError(code)
    if code == "InvalidNextTokenException":
        return ChainExpiredError("SES no longer knows the token of the next page.")
    if status >= 500 or code in {"RequestTimeout", "RequestExpired"}:
        return ListUnavailableError(f"SES answered {status} {code}.")
    return ListRefusedError(f"SES refused to list suppressed destinations: {code}. {_describe_remedy(code)}")


def _describe_remedy(code: str) -> str:
    if code.startswith("AccessDenied"):
        return "The function's role needs ses:ListSuppressedDestinations in this Region."
    return "Its parameters or credentials need attention."
