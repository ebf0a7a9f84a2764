"""The SES stand-in, asked by the real client, does what the SES guide says of the suppression list.

botocore checks every answer against SES's own model. The expectations are ses-facts, section 5.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from console.local_aws.clients import Credentials
from console.local_aws.ses_stand_in.limits import RequestGate, RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour, SuppressedAddress
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.aws.clients import LISTING, connect
from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.listing.list_reader import SesSuppressionList

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

OWNER, DELEGATE = "111122223333", "444455556666"


@pytest.fixture
def stand_in() -> Iterator[SesStandIn]:
    with SesStandIn(default_account=OWNER) as server:
        yield server


@pytest.fixture
def ses(stand_in: SesStandIn) -> Iterator["SESV2Client"]:
    client = connect_client(stand_in)
    yield client
    client.close()


def connect_client(stand_in: SesStandIn, key_id: str = OWNER, region: str = "us-east-1") -> "SESV2Client":
    return connect_endpoint(stand_in.endpoint_url, key_id, region)


def connect_endpoint(endpoint_url: str, key_id: str, region: str) -> "SESV2Client":
    credentials = Credentials(key_id)
    client: SESV2Client = boto3.client(
        "sesv2",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )
    return client


def list_addresses(ses: "SESV2Client", **query: Any) -> list[str]:
    addresses: list[str] = []
    while True:
        answer = ses.list_suppressed_destinations(**query)
        addresses += [summary["EmailAddress"] for summary in answer["SuppressedDestinationSummaries"]]
        if "NextToken" not in answer:
            return addresses
        query["NextToken"] = answer["NextToken"]


def refuse(error: pytest.ExceptionInfo[ClientError]) -> tuple[int, str]:
    response = error.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_an_address_that_was_put_is_got_and_listed(ses: "SESV2Client") -> None:
    ses.put_suppressed_destination(EmailAddress="Ann@example.com", Reason="COMPLAINT")
    got = ses.get_suppressed_destination(EmailAddress="Ann@example.com")["SuppressedDestination"]
    assert (got["EmailAddress"], got["Reason"]) == ("Ann@example.com", "COMPLAINT")
    assert got["LastUpdateTime"].tzinfo is not None
    assert list_addresses(ses) == ["Ann@example.com"]


def test_an_entry_that_ses_made_names_the_message_and_the_feedback(
    stand_in: SesStandIn, ses: "SESV2Client"
) -> None:
    row = SuppressedAddress("ann@example.com", "BOUNCE", 1_780_000_000.25, "message-1", "feedback-1")
    stand_in.seed([row])
    got = ses.get_suppressed_destination(EmailAddress="ann@example.com")["SuppressedDestination"]
    assert got["Attributes"] == {"MessageId": "message-1", "FeedbackId": "feedback-1"}
    assert got["LastUpdateTime"] == datetime(2026, 5, 28, 20, 26, 40, 250_000, UTC)


def test_a_deleted_address_is_gone(ses: "SESV2Client") -> None:
    ses.put_suppressed_destination(EmailAddress="ann@example.com", Reason="BOUNCE")
    ses.delete_suppressed_destination(EmailAddress="ann@example.com")
    assert list_addresses(ses) == []


@pytest.mark.parametrize("address", ["ann@example.com", "ANN@EXAMPLE.COM", "nobody@example.com"])
def test_get_and_delete_want_the_exact_case(ses: "SESV2Client", address: str) -> None:
    ses.put_suppressed_destination(EmailAddress="Ann@example.com", Reason="BOUNCE")
    with pytest.raises(ses.exceptions.NotFoundException) as got:
        ses.get_suppressed_destination(EmailAddress=address)
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.delete_suppressed_destination(EmailAddress=address)
    assert refuse(got) == (404, "NotFoundException")
    assert list_addresses(ses) == ["Ann@example.com"]


def test_an_address_with_a_slash_is_listed_but_cannot_be_got_or_deleted(ses: "SESV2Client") -> None:
    ses.put_suppressed_destination(EmailAddress="a/b@example.com", Reason="BOUNCE")
    for ask in (ses.get_suppressed_destination, ses.delete_suppressed_destination):
        with pytest.raises(ClientError) as error:
            ask(EmailAddress="a/b@example.com")
        assert refuse(error)[0] == 400
    assert list_addresses(ses) == ["a/b@example.com"]


def test_an_address_with_other_odd_characters_can_be_got(ses: "SESV2Client") -> None:
    ses.put_suppressed_destination(EmailAddress="a+b%c?d#e&f=g@example.com", Reason="BOUNCE")
    assert ses.get_suppressed_destination(EmailAddress="a+b%c?d#e&f=g@example.com")


@pytest.mark.parametrize(("address", "reason"), [("nowhere", "BOUNCE"), ("a@example.com", "BOREDOM")])
def test_what_is_no_address_or_no_reason_is_not_put(ses: "SESV2Client", address: str, reason: Any) -> None:
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.put_suppressed_destination(EmailAddress=address, Reason=reason)


@pytest.mark.parametrize(("query", "rows"), [({}, 1_000), ({"PageSize": 1_000}, 1_000), ({"PageSize": 7}, 7)])
def test_a_page_has_at_most_a_thousand_rows(
    stand_in: SesStandIn, ses: "SESV2Client", query: Any, rows: int
) -> None:
    stand_in.seed(2_500)
    answer = ses.list_suppressed_destinations(**query)
    assert len(answer["SuppressedDestinationSummaries"]) == rows
    assert answer["NextToken"]


def test_pages_add_up_to_the_list(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    stand_in.seed(2_500)
    assert sorted(list_addresses(ses)) == stand_in.open_list(OWNER).addresses()


def test_a_page_that_ends_the_list_exactly_has_no_token(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    stand_in.seed(1_000)
    assert "NextToken" not in ses.list_suppressed_destinations(PageSize=1_000)


def test_reasons_and_dates_narrow_the_list(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    days = {"old": 1, "middle": 15, "new": 28}
    stand_in.seed(
        SuppressedAddress(f"{name}@example.com", reason, datetime(2026, 11, day, tzinfo=UTC).timestamp())
        for (name, day), reason in zip(days.items(), ["BOUNCE", "COMPLAINT", "BOUNCE"], strict=True)
    )
    start, end = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    assert list_addresses(ses, Reasons=["BOUNCE"]) == ["old@example.com", "new@example.com"]
    assert list_addresses(ses, Reasons=["BOUNCE", "COMPLAINT"], StartDate=start) == [
        "middle@example.com",
        "new@example.com",
    ]
    assert list_addresses(ses, StartDate=start, EndDate=end) == ["middle@example.com"]


def test_each_account_and_region_has_a_list_of_its_own(stand_in: SesStandIn) -> None:
    here, there, elsewhere = (
        connect_client(stand_in),
        connect_client(stand_in, DELEGATE),
        connect_client(stand_in, OWNER, "eu-west-1"),
    )
    here.put_suppressed_destination(EmailAddress="owner@example.com", Reason="BOUNCE")
    there.put_suppressed_destination(EmailAddress="delegate@example.com", Reason="BOUNCE")
    assert list_addresses(here) == ["owner@example.com"]
    assert list_addresses(there) == ["delegate@example.com"]
    assert list_addresses(elsewhere) == []
    for client in (here, there, elsewhere):
        client.close()


def test_a_key_that_is_no_account_means_the_default_account(stand_in: SesStandIn) -> None:
    stand_in.seed(1, OWNER)
    client = connect_client(stand_in, "ASIAEXAMPLE")
    assert len(list_addresses(client)) == 1
    client.close()


def test_an_unknown_token_is_refused(ses: "SESV2Client") -> None:
    with pytest.raises(ses.exceptions.InvalidNextTokenException) as error:
        ses.list_suppressed_destinations(NextToken="made-up")
    assert refuse(error) == (400, "InvalidNextTokenException")


def test_a_token_expires_after_as_many_uses_as_were_asked_for(
    stand_in: SesStandIn, ses: "SESV2Client"
) -> None:
    stand_in.behave(ListBehaviour(token_uses=2))
    stand_in.seed(10)
    token = ses.list_suppressed_destinations(PageSize=2)["NextToken"]
    pages = [ses.list_suppressed_destinations(PageSize=2, NextToken=token) for _ in range(2)]
    assert pages[0]["SuppressedDestinationSummaries"] == pages[1]["SuppressedDestinationSummaries"]
    with pytest.raises(ses.exceptions.InvalidNextTokenException):
        ses.list_suppressed_destinations(PageSize=2, NextToken=token)


def test_a_token_expires_after_as_many_seconds_as_were_asked_for(
    stand_in: SesStandIn, ses: "SESV2Client"
) -> None:
    stand_in.behave(ListBehaviour(token_seconds=60))
    stand_in.seed(10)
    now = [1_000.0]
    stand_in.open_list().clock = lambda: now[0]
    token = ses.list_suppressed_destinations(PageSize=2)["NextToken"]
    now[0] += 59
    assert ses.list_suppressed_destinations(PageSize=2, NextToken=token)
    now[0] += 2
    with pytest.raises(ses.exceptions.InvalidNextTokenException):
        ses.list_suppressed_destinations(PageSize=2, NextToken=token)


def test_all_tokens_expire_on_request(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    stand_in.seed(10)
    token = ses.list_suppressed_destinations(PageSize=2)["NextToken"]
    stand_in.expire_tokens()
    with pytest.raises(ses.exceptions.InvalidNextTokenException):
        ses.list_suppressed_destinations(PageSize=2, NextToken=token)


def test_order_is_arbitrary_on_request(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    stand_in.seed(200)
    stand_in.behave(ListBehaviour(order_seed=1))
    first, second = list_addresses(ses, PageSize=50), list_addresses(ses, PageSize=50)
    assert first != second
    assert sorted(first) == sorted(second) == stand_in.open_list().addresses()


def test_rows_repeat_across_pages_on_request(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    stand_in.seed(200)
    stand_in.behave(ListBehaviour(repeated_fraction=0.2))
    addresses = list_addresses(ses, PageSize=50)
    assert len(addresses) > 200
    assert sorted(set(addresses)) == stand_in.open_list().addresses()


def test_requests_above_the_rate_are_throttled(stand_in: SesStandIn, ses: "SESV2Client") -> None:
    stand_in.limit(RequestLimits(requests_per_second=0.001, burst=2))
    for _ in range(2):
        ses.list_suppressed_destinations()
    with pytest.raises(ses.exceptions.TooManyRequestsException) as error:
        ses.list_suppressed_destinations()
    assert refuse(error) == (429, "TooManyRequestsException")


def test_the_rate_is_given_back_as_time_passes() -> None:
    now = [0.0]
    gate = RequestGate(RequestLimits(requests_per_second=2.0, burst=3), clock=lambda: now[0])
    assert [gate.next_status() for _ in range(4)] == [200, 200, 200, 429]
    now[0] += 0.5
    assert [gate.next_status() for _ in range(2)] == [200, 429]
    now[0] += 3_600
    assert [gate.next_status() for _ in range(4)] == [200, 200, 200, 429]


def test_about_the_fraction_asked_for_is_throttled_and_counted(
    stand_in: SesStandIn, ses: "SESV2Client"
) -> None:
    stand_in.limit(RequestLimits(throttled_fraction=0.3, seed=7))
    throttled = 0
    for _ in range(200):
        try:
            ses.list_suppressed_destinations()
        except ses.exceptions.TooManyRequestsException:
            throttled += 1
    assert 40 <= throttled <= 80
    assert stand_in.answers == {200: 200 - throttled, 429: throttled}


def test_the_stand_in_serves_from_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "console.local_aws.ses_stand_in.process", "--addresses", "1500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        endpoint_url = process.stdout.readline().strip()
        ses = connect_endpoint(endpoint_url, OWNER, "us-east-1")
        first = ses.list_suppressed_destinations()
        rest = ses.list_suppressed_destinations(NextToken=first["NextToken"])
        process.terminate()
        ses.close()
    assert len(rest["SuppressedDestinationSummaries"]) == 500
    assert process.returncode == 0


def test_a_signal_makes_the_tokens_of_that_process_expire() -> None:
    command = [sys.executable, "-m", "console.local_aws.ses_stand_in.process", "--addresses", "1500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        ses = connect_endpoint(process.stdout.readline().strip(), OWNER, "us-east-1")
        token = ses.list_suppressed_destinations()["NextToken"]
        process.send_signal(signal.SIGUSR1)
        is_always_known = all(ask_with(ses, token) for _ in range(1_000))
        process.terminate()
        ses.close()
    assert not is_always_known


def ask_with(ses: "SESV2Client", token: str) -> bool:
    try:
        ses.list_suppressed_destinations(NextToken=token)
    except ses.exceptions.InvalidNextTokenException:
        return False
    return True


def test_what_the_stand_in_does_not_serve_is_refused(ses: "SESV2Client") -> None:
    with pytest.raises(ClientError) as error:
        ses.list_contact_lists()
    assert refuse(error)[0] == 404


@pytest.fixture
def suppression_list(stand_in: SesStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesSuppressionList]:
    """The product's own list, pointed at the stand-in as a deployed function is."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", stand_in.endpoint_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OWNER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    suppression_list = SesSuppressionList(connect("sesv2", region_name="us-east-1", config=LISTING), 2)
    yield suppression_list
    suppression_list.client.close()


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine's own time zone, which botocore gives times in."""
    with monkeypatch.context() as context:
        context.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_the_products_reader_learns_what_changed_behind_it_by_asking_since_when(
    stand_in: SesStandIn, ses: "SESV2Client"
) -> None:
    """What living_lists.py assumes of SES: additions and changes show from a time on, removals never do."""
    stand_in.seed(
        SuppressedAddress(f"{number}@example.com", "BOUNCE", 1_780_000_000.0) for number in range(5)
    )
    suppression_list = SesSuppressionList(ses, 2)
    began_at = datetime.now(UTC).replace(microsecond=0)
    page = suppression_list.fetch_page(None)
    read = list(page.rows)
    seen = [row.email_address for row in read]

    ses.put_suppressed_destination(EmailAddress="new@example.com", Reason="COMPLAINT")
    ses.put_suppressed_destination(EmailAddress=seen[0], Reason="COMPLAINT")
    ses.delete_suppressed_destination(EmailAddress=seen[1])
    while page.next_token:
        page = suppression_list.fetch_page(page.next_token)
        read += page.rows
    changed = suppression_list.fetch_page(None, began_at)

    assert {row.email_address: row.reason for row in changed.rows} == {
        "new@example.com": "COMPLAINT",
        seen[0]: "COMPLAINT",
    }
    assert changed.next_token is None
    # The chain itself has all that was there throughout, each once.
    assert {f"{number}@example.com" for number in range(5)} - {seen[1]} <= {row.email_address for row in read}


@pytest.mark.usefixtures("zone")
def test_the_products_reader_reads_pages_in_utc(
    stand_in: SesStandIn, suppression_list: SesSuppressionList
) -> None:
    # Half an hour that Berlin had twice, and one that New York had twice.
    moments = [datetime(2026, 10, 25, hour, 30, 0, 125_000, UTC) for hour in (0, 1)]
    moments += [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6)]
    stand_in.seed(
        SuppressedAddress(f"{number}@example.com", "BOUNCE", moment.timestamp())
        for number, moment in enumerate(moments)
    )
    first = suppression_list.fetch_page(None)
    second = suppression_list.fetch_page(first.next_token)
    assert [row.last_update_time for row in first.rows + second.rows] == [
        "2026-10-25T00:30:00.125000Z",
        "2026-10-25T01:30:00.125000Z",
        "2026-11-01T05:30:00Z",
        "2026-11-01T06:30:00Z",
    ]
    assert second.next_token is None


def test_the_products_reader_distinguishes_the_ways_of_failing(
    stand_in: SesStandIn, suppression_list: SesSuppressionList
) -> None:
    with pytest.raises(ChainExpiredError):
        suppression_list.fetch_page("made-up")
    stand_in.limit(RequestLimits(throttled_fraction=1.0))
    with pytest.raises(ListThrottledError):
        suppression_list.fetch_page(None)
    stand_in.limit(RequestLimits(failed_fraction=1.0))
    with pytest.raises(ListUnavailableError):
        suppression_list.fetch_page(None)
    assert stand_in.answers == {400: 1, 429: 1, 500: 1}


def test_the_products_reader_reports_that_nobody_answers(
    stand_in: SesStandIn, suppression_list: SesSuppressionList
) -> None:
    stand_in.stop()
    with pytest.raises(ListUnavailableError):
        suppression_list.fetch_page(None)
