"""The pages and balances of an hour in simulated time, read and written by the library, metered by the rules.

Pages are stored as their size and a sample of their fingerprints: every `thinning`-th, by value, so that a
dispatch is in the sample of all its pages or of none, and set algebra stays right.
"""

from array import array
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappush

from benchmarks.capacity import read_units, size_of_item, write_units
from benchmarks.metered_tables import MeteredTable, ledger_table
from ses_reputation.ledger.keys import balance_key
from ses_reputation.ledger.pages import FactRun, Page, RunKey
from ses_reputation.ledger.posting import Balance, SegmentRead
from ses_reputation.ledger.rows import balance_of_row, row_of, row_of_balance, runs_of_row
from ses_reputation.ledger.segments import Segment

_MOST_DELAY = timedelta(minutes=15)
# Stands for what is not in the sample: every further page makes other figures, as its facts would.
_UNSAMPLED: RunKey = (1, 0, "", False)


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page in the table since `at`."""

    at: datetime
    segment: Segment
    size: int
    sample: tuple[FactRun, ...]

    @property
    def write_units(self) -> int:
        """What putting it took; no index holds pages."""
        return write_units(self.size)


def stored_page(page: Page, at: datetime, thinning: int) -> StoredPage:
    """Return what the simulation keeps of a page."""
    row = row_of(page)
    runs = (
        (run.key, [each for each in run.fingerprints if each % thinning == 0]) for run in runs_of_row(row)
    )
    sample = tuple(FactRun(key, array("Q", kept)) for key, kept in runs if kept)
    return StoredPage(at, page.segment, size_of_item(row), sample)


@dataclass(slots=True)
class _Pages:
    count: int = 0
    size: int = 0
    runs: dict[RunKey, "array[int]"] = field(default_factory=dict)


@dataclass(slots=True)
class SimulatedBalances:
    """The posting side's store: a segment is read as a query would, its units counted."""

    is_sampled: bool
    balances: MeteredTable = field(default_factory=ledger_table)
    query_units: float = 0
    lookup_units: int = 0
    reads: int = 0
    _chapters: dict[Segment, _Pages] = field(default_factory=dict)

    def store(self, page: StoredPage) -> None:
        """Add a page."""
        pages = self._chapters.setdefault(page.segment, _Pages())
        pages.count += 1
        pages.size += page.size
        for run in page.sample:
            pages.runs.setdefault(run.key, array("Q")).extend(run.fingerprints)

    def read_segment(self, segment: Segment) -> SegmentRead:
        """Read all pages of a segment. The rounding of each megabyte's units is left out."""
        pages = self._chapters.get(segment, _Pages())
        units = float(read_units(pages.size))
        self.query_units += units
        self.reads += 1
        runs = [FactRun(key, array("Q", sorted(found))) for key, found in pages.runs.items()]
        if self.is_sampled:
            runs.append(FactRun(_UNSAMPLED, array("Q", range(pages.count))))
        return SegmentRead(pages.count, runs, units)

    def read_balance(self, segment: Segment) -> Balance | None:
        """Look a balance up."""
        row = self.balances.items.get(balance_key(segment))
        self.lookup_units += read_units(size_of_item(row)) if row else 1
        return balance_of_row(row) if row else None

    def write_balance(self, balance: Balance) -> bool:
        """Write a balance: one writer at a time, so its condition holds."""
        self.balances.put(row_of_balance(balance))
        return True


@dataclass(slots=True)
class SimulatedQueue:
    """The queue of postponed hours: what is put off comes back, and counts as a message."""

    now: datetime
    messages: int = 0
    waiting: list[tuple[datetime, int, Segment, datetime]] = field(default_factory=list)

    def put_off(self, segment: Segment, changed_at: datetime, wait: timedelta) -> None:
        """Keep a segment for as long as SQS does at most."""
        self.messages += 1
        delay = min(_MOST_DELAY, max(timedelta(seconds=1), wait))
        heappush(self.waiting, (self.now + delay, self.messages, segment, changed_at))
