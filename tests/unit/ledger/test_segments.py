"""Which facts are kept together, and until when."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.segments import SEGMENT, Segment, segment_of
from tests.support.stack_template import ROOT

ACCOUNT_HOUR = AccountHour("444455556666", "us-east-1", "2026-11-20T14")
HOUR = datetime(2026, 11, 20, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "number"),
    [
        (timedelta(), 0),
        (timedelta(minutes=59), 0),
        (timedelta(days=90) - SECOND, 0),
        (timedelta(days=90), 1),
        (timedelta(days=180) - SECOND, 1),
        (timedelta(days=180), 2),
        (timedelta(days=900), 10),
        # Dated in the future: in time.
        (-SECOND, 0),
        (timedelta(days=-91), 0),
        (timedelta(days=-4_000), 0),
    ],
)
def test_a_fact_belongs_to_the_ninety_days_in_which_it_arrives(age: timedelta, number: int) -> None:
    assert segment_of(ACCOUNT_HOUR, HOUR + age) == Segment(ACCOUNT_HOUR, number)


def test_the_time_zone_of_the_arrival_does_not_matter() -> None:
    arrived_at = (HOUR + timedelta(days=90)).astimezone(timezone(timedelta(hours=-10)))

    assert segment_of(ACCOUNT_HOUR, arrived_at).number == 1
    assert segment_of(ACCOUNT_HOUR, arrived_at - SECOND).number == 0


@pytest.mark.parametrize(
    ("number", "expires_at"),
    [
        (0, datetime(2027, 6, 3, 14, tzinfo=UTC)),
        (1, datetime(2027, 9, 1, 14, tzinfo=UTC)),
        (4, datetime(2028, 5, 28, 14, tzinfo=UTC)),
    ],
)
def test_a_segment_expires_at_one_moment(number: int, expires_at: datetime) -> None:
    assert Segment(ACCOUNT_HOUR, number).expires_at == int(expires_at.timestamp())


@settings(deadline=None)
@given(st.timedeltas(timedelta(days=-100), timedelta(days=20_000)))
def test_a_segment_and_the_previous_are_kept_while_facts_still_arrive_in_it(age: timedelta) -> None:
    arrived_at = HOUR + age
    segment = segment_of(ACCOUNT_HOUR, arrived_at)

    assert segment.expires_at > arrived_at.timestamp() + SEGMENT.total_seconds() - 1
    if segment.previous:
        assert segment.previous.expires_at > arrived_at.timestamp()
        assert segment.previous == segment_of(ACCOUNT_HOUR, arrived_at - SEGMENT)
    # DynamoDB lets what expired more than five years ago stand for ever.
    assert segment.expires_at > arrived_at.timestamp()


def test_the_first_segment_has_no_previous() -> None:
    assert Segment(ACCOUNT_HOUR).previous is None
    assert Segment(ACCOUNT_HOUR, 3).previous == Segment(ACCOUNT_HOUR, 2)


def test_the_documents_say_when_the_pages_of_an_hour_expire() -> None:
    begun_at = datetime.fromisoformat(f"{ACCOUNT_HOUR.send_hour}:00:00+00:00").timestamp()
    days = timedelta(seconds=Segment(ACCOUNT_HOUR).expires_at - begun_at).days
    pages = ((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("ledger", "operations"))

    assert [text.count(f"{days} days after ") for text in pages] == [2, 2]
