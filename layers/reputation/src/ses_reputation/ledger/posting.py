"""Posting: recompute the balance of an hour that got a page from all of its pages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.hours import start_of
from ses_reputation.ledger.balance import BalanceCounts, tally
from ses_reputation.ledger.pages import FactRun
from ses_reputation.ledger.segments import Segment
from ses_reputation.tallies import group_by

# What the clocks of two functions may disagree by.
CLOCK_TOLERANCE = timedelta(seconds=5)
# A balance of 3 KB costs three write units, the price of fifteen read units.
READ_UNITS_OF_A_WRITE = 15
STANDS_PER_READ_UNIT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SegmentRead:
    """All pages of a segment: how many, their runs, and the read units (4 KB) that reading them took."""

    pages: int
    runs: Sequence[FactRun]
    read_units: float


@dataclass(frozen=True, slots=True)
class Balance:
    """What a segment adds up to, the pages that this was computed from, and when they began to be read."""

    segment: Segment
    figures: BalanceCounts
    pages: int
    read_units: float
    posted_at: datetime


class Posted(StrEnum):
    """How the posting of a segment ended."""

    POSTED = "posted"
    UNCHANGED = "unchanged"
    OUTRUN = "outrun"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class PostOutcome:
    """How a posting ended; `wait` says how long to put it off where that is POSTPONED."""

    ended: Posted
    wait: timedelta = timedelta()


class BalanceStore(Protocol):
    """What posting needs of the table."""

    def read_segment(self, segment: Segment) -> SegmentRead:
        """Read all pages of a segment, consistently."""

    def read_balance(self, segment: Segment) -> Balance | None:
        """Read a segment's balance, consistently."""

    def write_balance(self, balance: Balance) -> bool:
        """Write a balance unless the stored one is of more pages; return whether it was written."""


class Postponing(Protocol):
    """Where segments wait that are not due yet."""

    def put_off(self, segment: Segment, changed_at: datetime, wait: timedelta) -> None:
        """Ask for a segment to be posted after `wait`."""


@dataclass(frozen=True, slots=True)
class PostingRequest:
    """A segment that got a page by an aware time, and the record that said so."""

    segment: Segment
    changed_at: datetime
    record: str


@dataclass(frozen=True, slots=True)
class PostingOutcome:
    """How the segments of a batch ended, and why which records have to come again."""

    ended: Counter[Posted]
    failed: Mapping[str, str]


def post_requested(
    store: BalanceStore,
    postponed: Postponing,
    requests: Iterable[PostingRequest],
    window: timedelta,
    clock: Callable[[], datetime],
) -> PostingOutcome:
    """Post each requested segment once; one that fails does not keep the others from being posted."""
    ended: Counter[Posted] = Counter()
    failed: dict[str, str] = {}
    for segment, named in group_by(requests, lambda request: request.segment).items():
        changed_at = max(request.changed_at for request in named)
        try:
            outcome = post_segment(store, segment, changed_at, clock(), window)
            if outcome.ended is Posted.POSTPONED:
                postponed.put_off(segment, changed_at, outcome.wait)
        except (UnavailableError, PageError) as error:
            failed.update((request.record, f"{type(error).__name__}: {error}") for request in named)
        else:
            ended[outcome.ended] += 1
    return PostingOutcome(ended, failed)


def post_segment(
    store: BalanceStore, segment: Segment, changed_at: datetime, now: datetime, window: timedelta
) -> PostOutcome:
    """Post a segment that a page was added to at `changed_at`, unless it was posted since or is not due yet.

    A balance that says the same is not written again unless that spares a big read, and one from fewer pages
    than the stored never replaces it.
    """
    stored = store.read_balance(segment)
    if stored:
        if stored.posted_at >= changed_at + CLOCK_TOLERANCE:
            return PostOutcome(Posted.UNCHANGED)
        wait = stored.posted_at + posting_interval(stored, now) - now
        if wait > window:
            return PostOutcome(Posted.POSTPONED, wait)
    return PostOutcome(_recompute(store, segment, stored, now))


def _recompute(store: BalanceStore, segment: Segment, stored: Balance | None, now: datetime) -> Posted:
    read = store.read_segment(segment)
    if stored and read.pages < stored.pages:
        return Posted.OUTRUN
    earlier = store.read_segment(segment.previous) if segment.previous else SegmentRead(0, (), 0)
    figures = tally(read.runs, earlier.runs)
    if stored and stored.figures == figures and not _is_worth_dating(read, stored):
        return Posted.UNCHANGED
    balance = Balance(segment, figures, read.pages, read.read_units + earlier.read_units, now)
    return Posted.POSTED if store.write_balance(balance) else Posted.OUTRUN


def _is_worth_dating(read: SegmentRead, stored: Balance) -> bool:
    """Return whether a balance is written only to say that more pages were read, so that it stands longer."""
    return read.pages > stored.pages and read.read_units >= READ_UNITS_OF_A_WRITE


def posting_interval(balance: Balance, now: datetime) -> timedelta:
    """Return how long a balance stands before its hour is read again.

    Recomputing reads the whole hour, so a big hour is posted less often: ten seconds for each read unit, but
    no longer than a quarter of the hour's age. Then posting costs about what the journal's pages do, at any
    rate (docs/adr/0003-posting-intervals.md).
    """
    age = max(timedelta(), now - start_of(balance.segment.sender_hour.send_hour))
    return min(balance.read_units * STANDS_PER_READ_UNIT, age / 4)
