"""What posting reads and writes: pages, balances, and what is put off, and for how long."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from ses_reputation.hours import start_of
from ses_reputation.ledger.balance import FiguresByIdentity
from ses_reputation.ledger.pages import FactRun
from ses_reputation.ledger.pieces import Piece, unpack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard

# Bounces come within minutes of their mail: an hour is young until a quarter after its end.
YOUNG = timedelta(minutes=75)
STANDS_PER_READ_UNIT = timedelta(seconds=20)
PART_STANDS_PER_READ_UNIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class PagesRead:
    """The pages of one shard: how many, their runs, and the read units (4 KB) that reading them took."""

    pages: int = 0
    runs: Sequence[FactRun] = ()
    read_units: float = 0


@dataclass(frozen=True)
class Balance:
    """What a shard's facts add up to, the pages that this was computed from, and when reading them began."""

    shard: Shard
    pieces: tuple[Piece, ...]
    pages: int
    read_units: float
    posted_at: datetime

    @cached_property
    def figures(self) -> FiguresByIdentity:
        """The figures of each identity."""
        return unpack_figures(piece.content for piece in self.pieces)

    @property
    def digests(self) -> tuple[bytes, ...]:
        """What tells two balances' figures apart, piece by piece."""
        return tuple(piece.digest for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class LastPosting:
    """What posting has to know of a balance that is stored.

    due_at: when it is to be recomputed, if a message in the queue of postponed hours says so. parts: the
    digits of the shards that it was divided into; then those have the figures.
    """

    pages: int
    read_units: float
    posted_at: datetime
    digests: tuple[bytes, ...] = ()
    due_at: datetime | None = None
    parts: frozenset[str] = frozenset()


def due_after(
    stored: LastPosting,
    shard: Shard,
    now: datetime,
    is_urgent: bool,
    longest_wait: timedelta = LONGEST_WAIT,
) -> datetime:
    """Return until when a balance stands before its shard is read again.

    A young hour does not wait. Later, recomputing reads the whole shard for a few facts: it waits for a
    third of the hour's age, with bounces or complaints for some seconds a read unit, if that is less. So
    posting costs less than the journal's pages do, at any rate (docs/adr/0003-posting-intervals.md).
    """
    age = now - start_of(shard.segment.account_hour.send_hour)
    if age <= YOUNG:
        return stored.posted_at
    wait = min(age / 3, longest_wait)
    if is_urgent:
        per_read_unit = PART_STANDS_PER_READ_UNIT if shard.prefix else STANDS_PER_READ_UNIT
        wait = min(wait, stored.read_units * per_read_unit)
    return stored.posted_at + wait


class BalanceStore(Protocol):
    """What posting needs of the table."""

    def read_pages(self, shard: Shard) -> PagesRead:
        """Read all pages of a shard itself, consistently."""

    def last_posting(self, shard: Shard) -> LastPosting | None:
        """Read what is stored of a shard's balance, consistently."""

    def balances_of_account(
        self, account: str, region: str, first_hour: str = "", last_hour: str = ""
    ) -> Sequence[Balance]:
        """Read the balances of an account's hours, from one to another, of all segments."""

    def begin_run(self, segments: Iterable[Segment], begun_at: datetime) -> None:
        """Write down which segments' balances are about to change, for those who sum them up."""

    def write_balance(self, balance: Balance, before: LastPosting | None, *, replaces: bool = False) -> bool:
        """Write what changed of a balance unless the stored one is of more pages, or divided; return
        whether it was written. replaces: write all of it, unless the stored one is of more than `before`."""

    def divide(self, shard: Shard, parts: Collection[str], pages: int, now: datetime) -> bool:
        """Let parts, which are written, stand for a shard's balance, beside those that do already.

        Return False where the stored balance is of more pages than so many: then they lack some.
        """

    def set_due(self, shard: Shard, due_at: datetime) -> None:
        """Remember that a message asks for a shard to be posted at a time."""
