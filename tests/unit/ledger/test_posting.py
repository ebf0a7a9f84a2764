"""When an hour is read again, and what is written then."""

from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance import BalanceCounts, tally
from ses_reputation.ledger.pages import FactRun
from ses_reputation.ledger.posting import (
    Balance,
    Posted,
    PostingRequest,
    SegmentRead,
    post_requested,
    post_segment,
    posting_interval,
)
from ses_reputation.ledger.segments import Segment

HOUR = datetime(2026, 11, 20, 14, tzinfo=UTC)
SEGMENT = Segment(SenderHour("444455556666", "us-east-1", "example.com", "2026-11-20T14"))
OTHER = Segment(SenderHour("777788889999", "us-east-1", "example.com", "2026-11-20T14"))
WINDOW = timedelta(seconds=60)


def sent(*dispatches: int) -> list[FactRun]:
    return [FactRun((1, 3, "newsletter", False), array("Q", dispatches))]


class Store:
    """Balances in memory; segments are what the test says."""

    def __init__(self, **segments: SegmentRead) -> None:
        self.segments = segments
        self.balances: dict[Segment, Balance] = {}
        self.written: list[Balance] = []
        self.failing: dict[Segment, Exception] = {}
        self.refuses = False

    def read_segment(self, segment: Segment) -> SegmentRead:
        if segment in self.failing:
            raise self.failing[segment]
        return self.segments.get(f"segment{segment.number}", SegmentRead(1, sent(1), 1.0))

    def read_balance(self, segment: Segment) -> Balance | None:
        return self.balances.get(segment)

    def write_balance(self, balance: Balance) -> bool:
        stored = self.balances.get(balance.segment)
        if self.refuses or (stored and stored.pages > balance.pages):
            return False
        self.written.append(balance)
        self.balances[balance.segment] = balance
        return True


class Postponed:
    """Remembers what was put off."""

    def __init__(self) -> None:
        self.waits: list[tuple[Segment, datetime, timedelta]] = []

    def put_off(self, segment: Segment, changed_at: datetime, wait: timedelta) -> None:
        self.waits.append((segment, changed_at, wait))


def stored(
    pages: int, posted_at: datetime, read_units: float = 1.0, figures: BalanceCounts | None = None
) -> Balance:
    return Balance(SEGMENT, figures or BalanceCounts(), pages, read_units, posted_at)


def ticking(*moments: datetime) -> Callable[[], datetime]:
    return iter(moments).__next__


def test_the_first_post_writes_what_the_pages_add_up_to() -> None:
    store = Store(segment0=SegmentRead(2, sent(1, 2), 3.5))
    now = HOUR + timedelta(minutes=10)

    assert post_segment(store, SEGMENT, now, now, WINDOW).ended is Posted.POSTED
    assert store.written == [Balance(SEGMENT, tally(sent(1, 2)), 2, 3.5, now)]


def test_a_post_that_changes_nothing_writes_nothing() -> None:
    store = Store(segment0=SegmentRead(3, sent(1, 2), 1.0))
    store.balances[SEGMENT] = stored(2, HOUR, figures=tally(sent(1, 2)))
    now = HOUR + timedelta(minutes=10)

    assert post_segment(store, SEGMENT, now, now, WINDOW).ended is Posted.UNCHANGED
    assert store.written == []


def test_a_big_hour_that_says_the_same_from_more_pages_is_dated_anew() -> None:
    store = Store(segment0=SegmentRead(3, sent(1, 2), 15.0))
    store.balances[SEGMENT] = stored(2, HOUR, figures=tally(sent(1, 2)))
    now = HOUR + timedelta(minutes=10)

    assert post_segment(store, SEGMENT, now, now, WINDOW).ended is Posted.POSTED
    assert store.written == [Balance(SEGMENT, tally(sent(1, 2)), 3, 15.0, now)]
    assert post_segment(store, SEGMENT, now + WINDOW, now + 10 * WINDOW, WINDOW).ended is Posted.UNCHANGED


def test_a_read_of_fewer_pages_than_the_stored_never_replaces_it() -> None:
    store = Store(segment0=SegmentRead(1, sent(1), 1.0))
    store.balances[SEGMENT] = stored(2, HOUR, figures=tally(sent(1, 2)))
    now = HOUR + timedelta(minutes=10)

    assert post_segment(store, SEGMENT, now, now, WINDOW).ended is Posted.OUTRUN
    assert store.written == []


def test_a_write_that_another_post_outran_is_reported_as_such() -> None:
    store = Store(segment0=SegmentRead(2, sent(1, 2), 1.0))
    store.refuses = True
    now = HOUR + timedelta(minutes=10)

    assert post_segment(store, SEGMENT, now, now, WINDOW).ended is Posted.OUTRUN


def test_a_late_segment_counts_what_the_one_before_does_not_hold() -> None:
    late = Segment(SEGMENT.sender_hour, 1)
    store = Store(segment0=SegmentRead(9, sent(1, 2), 4.0), segment1=SegmentRead(1, sent(2, 3), 1.0))
    now = HOUR + timedelta(days=100)

    post_segment(store, late, now, now, WINDOW)

    assert store.written == [Balance(late, tally(sent(3)), 1, 5.0, now)]


def test_a_segment_posted_since_it_was_changed_is_not_read_again() -> None:
    store = Store()
    changed_at = HOUR + timedelta(minutes=10)
    store.balances[SEGMENT] = stored(5, changed_at + timedelta(seconds=5))
    store.failing[SEGMENT] = AssertionError("was read")

    assert post_segment(store, SEGMENT, changed_at, HOUR + WINDOW, WINDOW).ended is Posted.UNCHANGED


def test_clocks_that_disagree_a_little_do_not_hide_a_page() -> None:
    store = Store(segment0=SegmentRead(2, sent(1, 2), 1.0))
    changed_at = HOUR + timedelta(minutes=10)
    store.balances[SEGMENT] = stored(1, changed_at + timedelta(seconds=4))

    assert post_segment(store, SEGMENT, changed_at, changed_at + WINDOW, WINDOW).ended is Posted.POSTED


@pytest.mark.parametrize(
    ("read_units", "age", "interval"),
    [
        (1, timedelta(minutes=30), timedelta(seconds=10)),
        (9, timedelta(minutes=30), timedelta(seconds=90)),
        (75, timedelta(minutes=60), timedelta(seconds=750)),
        (7_500, timedelta(minutes=60), timedelta(minutes=15)),
        (7_500, timedelta(minutes=4), timedelta(minutes=1)),
        (7_500, timedelta(hours=10), timedelta(hours=2.5)),
        (75, timedelta(days=21), timedelta(seconds=750)),
        (7_500, timedelta(minutes=-5), timedelta()),
    ],
)
def test_a_big_hour_is_posted_less_often(read_units: float, age: timedelta, interval: timedelta) -> None:
    assert posting_interval(stored(1, HOUR, read_units), HOUR + age) == interval


def test_a_segment_that_is_not_due_is_put_off_until_it_is() -> None:
    store, postponed = Store(), Postponed()
    now = HOUR + timedelta(hours=1)
    store.balances[SEGMENT] = stored(5, now - timedelta(seconds=100), read_units=40)

    outcome = post_requested(store, postponed, [PostingRequest(SEGMENT, now, "1")], WINDOW, ticking(now))

    assert outcome.ended == {Posted.POSTPONED: 1}
    assert postponed.waits == [(SEGMENT, now, timedelta(seconds=300))]
    assert store.written == []


def test_a_segment_due_within_the_window_is_posted_at_once() -> None:
    store = Store(segment0=SegmentRead(6, sent(1), 1.0))
    now = HOUR + timedelta(hours=1)
    store.balances[SEGMENT] = stored(5, now - timedelta(seconds=340), read_units=40)

    assert post_segment(store, SEGMENT, now, now, WINDOW).ended is Posted.POSTED


def test_records_of_one_segment_make_one_post() -> None:
    store = Store()
    requests = [
        PostingRequest(SEGMENT, HOUR, "1"),
        PostingRequest(OTHER, HOUR, "2"),
        PostingRequest(SEGMENT, HOUR, "3"),
    ]

    outcome = post_requested(store, Postponed(), requests, WINDOW, lambda: HOUR + WINDOW)

    assert outcome.ended == {Posted.POSTED: 2}
    assert [balance.segment for balance in store.written] == [SEGMENT, OTHER]


@pytest.mark.parametrize("error", [UnavailableError("Throttled"), PageError("version 9")])
def test_a_segment_that_fails_names_its_records_and_spares_its_neighbours(error: Exception) -> None:
    store = Store()
    store.failing[SEGMENT] = error
    requests = [
        PostingRequest(SEGMENT, HOUR, "1"),
        PostingRequest(OTHER, HOUR, "2"),
        PostingRequest(SEGMENT, HOUR, "3"),
    ]

    outcome = post_requested(store, Postponed(), requests, WINDOW, lambda: HOUR + WINDOW)

    assert outcome.failed == dict.fromkeys(["1", "3"], f"{type(error).__name__}: {error}")
    assert [balance.segment for balance in store.written] == [OTHER]
