"""Reading pages: throttling slows down, failures are bounded, and time is kept."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ses_reputation.aws.clients import LISTING
from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
    SuppressionError,
    TenantGoneError,
)
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_page import ListPage
from ses_reputation.suppression.listing.list_reader import FAILURES_IN_A_ROW, ListReader, SesSuppressionList
from ses_reputation.suppression.listing.pace import Pace
from tests.support.in_memory.suppression import ListInMemory, suppress

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

PAGES = [[suppress(f"{number}@example.com")] for number in range(5)]


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def now(self) -> float:
        return -self.left

    def pace(self) -> Pace:
        return Pace(sleep=self.sleep, clock=self.now)

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.left -= seconds

    def seconds_left(self) -> float:
        return self.left


def read_all(suppression_list: ListInMemory, clock: Clock, pace: Pace | None = None) -> list[str]:
    pages = ListReader(suppression_list).read_pages(None, pace or clock.pace(), clock.seconds_left)
    return [row.email_address for page in pages for row in page.rows]


def draw(script: list[Exception | None]) -> Any:
    return lambda _: script.pop(0) if script else None


def test_all_pages_are_read_in_turn() -> None:
    suppression_list = ListInMemory(PAGES)
    assert read_all(suppression_list, Clock(60)) == [f"{number}@example.com" for number in range(5)]
    assert suppression_list.requests == [None, "1", "2", "3", "4"]


def test_throttling_slows_the_reader_down_and_never_ends_it() -> None:
    clock = Clock(10_000)
    pace = clock.pace()
    suppression_list = ListInMemory(PAGES, draw([ListThrottledError("429")] * 200))
    assert len(read_all(suppression_list, clock, pace)) == 5
    # One request a second at first; each refusal lowers the rate to nine tenths, down to one in 20 s.
    assert clock.slept[:3] == pytest.approx([1 / 0.9, 1 / 0.81, 1 / 0.729])
    assert max(clock.slept) == 20
    assert pace.throttled == 200


def test_when_time_is_short_reading_ends_and_the_last_page_says_where_to_go_on() -> None:
    clock = Clock(3)
    suppression_list = ListInMemory(PAGES, draw([None, None] + [ListThrottledError("429")] * 200))
    pages = list(ListReader(suppression_list).read_pages(None, clock.pace(), clock.seconds_left))
    assert [page.next_token for page in pages] == ["1", "2"]
    assert clock.left >= 0


def test_one_request_is_made_however_short_time_is() -> None:
    assert read_all(ListInMemory(PAGES), Clock(0)) == ["0@example.com"]


def test_a_list_that_fails_for_a_moment_is_asked_again() -> None:
    failures = [ListUnavailableError("503")] * (FAILURES_IN_A_ROW - 1)
    suppression_list = ListInMemory(PAGES, draw([*failures, None, *failures]))
    assert len(read_all(suppression_list, Clock(1_000))) == 5


def test_a_list_that_keeps_failing_is_given_up() -> None:
    suppression_list = ListInMemory(PAGES, draw([ListUnavailableError("503")] * 100))
    with pytest.raises(ListUnavailableError):
        read_all(suppression_list, Clock(1_000))
    assert len(suppression_list.requests) == FAILURES_IN_A_ROW


@pytest.mark.parametrize("error", [ChainExpiredError("gone"), ListRefusedError("no")])
def test_what_asking_again_cannot_mend_is_raised_at_once(error: SuppressionError) -> None:
    suppression_list = ListInMemory(PAGES, draw([None, error]))
    with pytest.raises(type(error)):
        read_all(suppression_list, Clock(60))
    assert len(suppression_list.requests) == 2


@pytest.fixture
def client() -> "SESV2Client":
    client: SESV2Client = boto3.client(
        "sesv2",
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="key",  # noqa: S106
        config=LISTING,
    )
    return client


@pytest.fixture
def stubber(client: "SESV2Client") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.fixture
def suppression_list(client: "SESV2Client") -> SesSuppressionList:
    return SesSuppressionList(client)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("TooManyRequestsException", 429, ListThrottledError),
        ("ThrottlingException", 400, ListThrottledError),
        ("InvalidNextTokenException", 400, ChainExpiredError),
        ("InternalFailure", 500, ListUnavailableError),
        ("ServiceUnavailable", 503, ListUnavailableError),
        ("BadRequestException", 400, ListRefusedError),
        ("AccessDeniedException", 403, ListRefusedError),
        ("ExpiredTokenException", 403, ListUnavailableError),
        ("NotFoundException", 404, ListRefusedError),
    ],
)
def test_each_answer_of_ses_is_an_error_of_its_own(
    stubber: Stubber,
    suppression_list: SesSuppressionList,
    code: str,
    status: int,
    expected: type[Exception],
) -> None:
    stubber.add_client_error("list_suppressed_destinations", code, http_status_code=status)
    with pytest.raises(expected):
        suppression_list.fetch_page(None)


def test_a_missing_right_is_named(stubber: Stubber, suppression_list: SesSuppressionList) -> None:
    stubber.add_client_error("list_suppressed_destinations", "AccessDeniedException", http_status_code=403)
    with pytest.raises(ListRefusedError, match="ses:ListSuppressedDestinations"):
        suppression_list.fetch_page(None)


def test_the_statement_to_add_is_printed_whole(
    stubber: Stubber, suppression_list: SesSuppressionList
) -> None:
    stubber.add_client_error("list_suppressed_destinations", "AccessDeniedException", http_status_code=403)
    with pytest.raises(ListRefusedError) as refused:
        suppression_list.fetch_page(None)
    text = str(refused.value)
    statement = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert set(statement["Action"]) == {"ses:ListSuppressedDestinations", "ses:GetSuppressedDestination"}
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")


def test_a_tenant_that_is_not_found_is_gone(client: "SESV2Client") -> None:
    Answers(client, (404, b'{"__type":"NotFoundException","message":"gone"}'))
    with pytest.raises(TenantGoneError, match="no tenant acme"):
        SesSuppressionList(client, tenant="acme").fetch_page(None)


def test_tenant_and_time_are_asked_for_on_every_page(client: "SESV2Client") -> None:
    answers = Answers(client, (200, b"{}"))
    since = datetime(2026, 11, 21, 12, tzinfo=UTC)
    SesSuppressionList(client, 10, "acme").fetch_page("t", since)
    query = parse_qs(answers.urls[0].partition("?")[2])
    assert query == {
        "PageSize": ["10"],
        "NextToken": ["t"],
        "TenantName": ["acme"],
        "StartDate": ["2026-11-21T12:00:00Z"],
    }


class Answers:
    """What SES answers, as bytes, in place of the network."""

    def __init__(self, client: "SESV2Client", *answers: tuple[int, bytes]) -> None:
        self.urls: list[str] = []
        self._left = list(answers)
        client.meta.events.register("before-send.sesv2", self._answer)

    # botocore takes what is returned for the answer, which its stubs do not know.
    def _answer(self, request: AWSPreparedRequest, **_: object) -> Any:
        self.urls.append(request.url)
        status, body = self._left.pop(0)
        raw: Any = SimpleNamespace(stream=lambda: iter([body]))
        return AWSResponse(request.url, status, HTTPHeaders(), raw)


def test_a_page_is_read_with_the_token_of_the_next(
    client: "SESV2Client", suppression_list: SesSuppressionList
) -> None:
    rows = b'[{"EmailAddress":"a@example.com","Reason":"BOUNCE","LastUpdateTime":1795262400.5}]'
    answers = Answers(
        client,
        (200, b'{"SuppressedDestinationSummaries":' + rows + b',"NextToken":"t"}'),
        (200, b'{"SuppressedDestinationSummaries":[]}'),
    )
    page = suppression_list.fetch_page(None)
    assert page.rows == (SuppressedDestination("a@example.com", "2026-11-21T12:00:00.500000Z", "BOUNCE"),)
    assert suppression_list.fetch_page(page.next_token) == ListPage((), None)
    assert [url.partition("?")[2] for url in answers.urls] == ["PageSize=1000", "PageSize=1000&NextToken=t"]


def test_an_answer_that_is_cut_off_is_asked_for_again_and_never_ends_the_list(
    client: "SESV2Client", suppression_list: SesSuppressionList
) -> None:
    whole = b'{"SuppressedDestinationSummaries":[],"NextToken":"t"}'
    answers = Answers(client, (200, whole[:-9]), (200, b""), (200, whole), (200, b"{}"))
    pages = ListReader(suppression_list).read_pages(None, Clock(60).pace(), lambda: 60)
    assert [page.next_token for page in pages] == ["t", None]
    assert len(answers.urls) == 4


def test_an_error_is_read_by_botocore(client: "SESV2Client", suppression_list: SesSuppressionList) -> None:
    Answers(
        client,
        (400, b'{"__type":"InvalidNextTokenException","message":"gone"}'),
        (429, b"<html>slow down</html>"),
        (503, b""),
    )
    for expected in (ChainExpiredError, ListThrottledError, ListUnavailableError):
        with pytest.raises(expected) as error:
            suppression_list.fetch_page("t")
        assert isinstance(error.value.__cause__, ClientError)


def test_two_readers_of_one_client_read_alike(client: "SESV2Client") -> None:
    lists = SesSuppressionList(client), SesSuppressionList(client, page_size=7)
    Answers(client, (200, b"{}"), (200, b"{}"))
    assert [each.fetch_page(None) for each in lists] == [ListPage((), None)] * 2


def test_other_operations_of_the_client_are_read_by_botocore(
    client: "SESV2Client", suppression_list: SesSuppressionList
) -> None:
    assert suppression_list.client is client
    Answers(client, (200, b'{"SendingEnabled":true}'))
    assert client.get_account()["SendingEnabled"] is True
