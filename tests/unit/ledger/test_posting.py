"""When an hour is read again, and what is written then."""

from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.feedback.observations import Origin
from ses_reputation.ledger.balance import Figures, tally
from ses_reputation.ledger.pages import Run
from ses_reputation.ledger.posting import (
    Balance,
    ChapterRead,
    Posted,
    Touch,
    post_chapter,
    post_touched,
    posting_interval,
)
from ses_reputation.ledger.segments import Chapter

HOUR = datetime(2026, 11, 20, 14, tzinfo=UTC)
CHAPTER = Chapter(Origin("444455556666", "us-east-1", "example.com", "2026-11-20T14"))
OTHER = Chapter(Origin("777788889999", "us-east-1", "example.com", "2026-11-20T14"))
WINDOW = timedelta(seconds=60)


def sent(*dispatches: int) -> list[Run]:
    return [Run((1, 3, "newsletter", False), array("Q", dispatches))]


class Store:
    """Balances in memory; chapters are what the test says."""

    def __init__(self, **chapters: ChapterRead) -> None:
        self.chapters = chapters
        self.balances: dict[Chapter, Balance] = {}
        self.written: list[Balance] = []
        self.failing: dict[Chapter, Exception] = {}
        self.refuses = False

    def read_chapter(self, chapter: Chapter) -> ChapterRead:
        if chapter in self.failing:
            raise self.failing[chapter]
        return self.chapters.get(f"chapter{chapter.number}", ChapterRead(1, sent(1), 1.0))

    def read_balance(self, chapter: Chapter) -> Balance | None:
        return self.balances.get(chapter)

    def write_balance(self, balance: Balance) -> bool:
        stored = self.balances.get(balance.chapter)
        if self.refuses or (stored and stored.pages > balance.pages):
            return False
        self.written.append(balance)
        self.balances[balance.chapter] = balance
        return True


class Postponed:
    """Remembers what was put off."""

    def __init__(self) -> None:
        self.waits: list[tuple[Chapter, datetime, timedelta]] = []

    def put_off(self, chapter: Chapter, touched_at: datetime, wait: timedelta) -> None:
        self.waits.append((chapter, touched_at, wait))


def stored(
    pages: int, posted_at: datetime, read_units: float = 1.0, figures: Figures | None = None
) -> Balance:
    return Balance(CHAPTER, figures or Figures(), pages, read_units, posted_at)


def ticking(*moments: datetime) -> Callable[[], datetime]:
    return iter(moments).__next__


def test_the_first_post_writes_what_the_pages_add_up_to() -> None:
    store = Store(chapter0=ChapterRead(2, sent(1, 2), 3.5))
    now = HOUR + timedelta(minutes=10)

    assert post_chapter(store, CHAPTER, now, now, WINDOW).ended is Posted.POSTED
    assert store.written == [Balance(CHAPTER, tally(sent(1, 2)), 2, 3.5, now)]


def test_a_post_that_changes_nothing_writes_nothing() -> None:
    store = Store(chapter0=ChapterRead(3, sent(1, 2), 1.0))
    store.balances[CHAPTER] = stored(2, HOUR, figures=tally(sent(1, 2)))
    now = HOUR + timedelta(minutes=10)

    assert post_chapter(store, CHAPTER, now, now, WINDOW).ended is Posted.UNCHANGED
    assert store.written == []


def test_a_big_hour_that_says_the_same_from_more_pages_is_dated_anew() -> None:
    store = Store(chapter0=ChapterRead(3, sent(1, 2), 15.0))
    store.balances[CHAPTER] = stored(2, HOUR, figures=tally(sent(1, 2)))
    now = HOUR + timedelta(minutes=10)

    assert post_chapter(store, CHAPTER, now, now, WINDOW).ended is Posted.POSTED
    assert store.written == [Balance(CHAPTER, tally(sent(1, 2)), 3, 15.0, now)]
    assert post_chapter(store, CHAPTER, now + WINDOW, now + 10 * WINDOW, WINDOW).ended is Posted.UNCHANGED


def test_a_read_of_fewer_pages_than_the_stored_never_replaces_it() -> None:
    store = Store(chapter0=ChapterRead(1, sent(1), 1.0))
    store.balances[CHAPTER] = stored(2, HOUR, figures=tally(sent(1, 2)))
    now = HOUR + timedelta(minutes=10)

    assert post_chapter(store, CHAPTER, now, now, WINDOW).ended is Posted.OUTRUN
    assert store.written == []


def test_a_write_that_another_post_outran_is_told_as_such() -> None:
    store = Store(chapter0=ChapterRead(2, sent(1, 2), 1.0))
    store.refuses = True
    now = HOUR + timedelta(minutes=10)

    assert post_chapter(store, CHAPTER, now, now, WINDOW).ended is Posted.OUTRUN


def test_a_late_chapter_counts_what_the_one_before_does_not_hold() -> None:
    late = Chapter(CHAPTER.origin, 1)
    store = Store(chapter0=ChapterRead(9, sent(1, 2), 4.0), chapter1=ChapterRead(1, sent(2, 3), 1.0))
    now = HOUR + timedelta(days=100)

    post_chapter(store, late, now, now, WINDOW)

    assert store.written == [Balance(late, tally(sent(3)), 1, 5.0, now)]


def test_a_chapter_posted_since_it_was_touched_is_not_read_again() -> None:
    store = Store()
    touched_at = HOUR + timedelta(minutes=10)
    store.balances[CHAPTER] = stored(5, touched_at + timedelta(seconds=5))
    store.failing[CHAPTER] = AssertionError("was read")

    assert post_chapter(store, CHAPTER, touched_at, HOUR + WINDOW, WINDOW).ended is Posted.UNCHANGED


def test_clocks_that_disagree_a_little_do_not_hide_a_page() -> None:
    store = Store(chapter0=ChapterRead(2, sent(1, 2), 1.0))
    touched_at = HOUR + timedelta(minutes=10)
    store.balances[CHAPTER] = stored(1, touched_at + timedelta(seconds=4))

    assert post_chapter(store, CHAPTER, touched_at, touched_at + WINDOW, WINDOW).ended is Posted.POSTED


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


def test_a_chapter_that_is_not_due_is_put_off_until_it_is() -> None:
    store, postponed = Store(), Postponed()
    now = HOUR + timedelta(hours=1)
    store.balances[CHAPTER] = stored(5, now - timedelta(seconds=100), read_units=40)

    outcome = post_touched(store, postponed, [Touch(CHAPTER, now, "1")], WINDOW, ticking(now))

    assert outcome.ended == {Posted.POSTPONED: 1}
    assert postponed.waits == [(CHAPTER, now, timedelta(seconds=300))]
    assert store.written == []


def test_a_chapter_due_within_the_window_is_posted_at_once() -> None:
    store = Store(chapter0=ChapterRead(6, sent(1), 1.0))
    now = HOUR + timedelta(hours=1)
    store.balances[CHAPTER] = stored(5, now - timedelta(seconds=340), read_units=40)

    assert post_chapter(store, CHAPTER, now, now, WINDOW).ended is Posted.POSTED


def test_records_of_one_chapter_make_one_post() -> None:
    store = Store()
    touches = [Touch(CHAPTER, HOUR, "1"), Touch(OTHER, HOUR, "2"), Touch(CHAPTER, HOUR, "3")]

    outcome = post_touched(store, Postponed(), touches, WINDOW, lambda: HOUR + WINDOW)

    assert outcome.ended == {Posted.POSTED: 2}
    assert [balance.chapter for balance in store.written] == [CHAPTER, OTHER]


@pytest.mark.parametrize("error", [UnavailableError("Throttled"), PageError("version 9")])
def test_a_chapter_that_fails_names_its_records_and_spares_its_neighbours(error: Exception) -> None:
    store = Store()
    store.failing[CHAPTER] = error
    touches = [Touch(CHAPTER, HOUR, "1"), Touch(OTHER, HOUR, "2"), Touch(CHAPTER, HOUR, "3")]

    outcome = post_touched(store, Postponed(), touches, WINDOW, lambda: HOUR + WINDOW)

    assert outcome.failed == dict.fromkeys(["1", "3"], f"{type(error).__name__}: {error}")
    assert [balance.chapter for balance in store.written] == [OTHER]
