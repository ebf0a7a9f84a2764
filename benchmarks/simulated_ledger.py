"""The ledger in simulated time: batches journaled, hours posted, by the library, metered by the rules.

All that the simulation knows of the ledger's insides is in this module. Pages are kept as their size and a
sample of their fingerprints: every `thinning`-th, by value, so that a dispatch is in the sample of all its
pages or of none, and set algebra stays right.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import ceil
from random import Random

from benchmarks.capacity import STORED_OVERHEAD, read_units, size_of_item, write_units
from benchmarks.metered_tables import MeteredTable, ledger_table
from benchmarks.sender_hour import HOUR
from benchmarks.simulated_windows import Gathering
from ses_reputation.aws.dynamodb import time_text
from ses_reputation.feedback.reading import Observed
from ses_reputation.journaling import MESSAGES_THAT_TELL
from ses_reputation.ledger.balance_store import Balance, LastPosting, PagesRead
from ses_reputation.ledger.journal import JournalDraft, JournalRow
from ses_reputation.ledger.keys import balance_key, balance_partition
from ses_reputation.ledger.pages import FactRun, Page, Source, is_urgent, touched_digits
from ses_reputation.ledger.posting import Posted, PostingRun, post_requested
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.rows import (
    balances_of_rows,
    changed_pieces,
    last_posting_of_row,
    row_of,
    rows_of_run,
    runs_of_row,
    values_of_balance,
)
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard

_RETENTION = timedelta(days=400)
_MOST_DELAY = timedelta(minutes=15)
_MOST_HIDING = timedelta(hours=11)
# Stands for what is not in the sample: every further page makes other figures, as its facts would.
_UNSAMPLED = Source(0, "unsampled", False, "", False)
_RunKey = tuple[Source, int, int]


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page in the table since `at`."""

    at: datetime
    shard: Shard
    touched: frozenset[str]
    is_urgent: bool
    size: int
    sample: tuple[FactRun, ...]

    @property
    def write_units(self) -> int:
        """What putting it took; no index holds pages."""
        return write_units(self.size)

    @property
    def stored_bytes(self) -> int:
        """What it takes of storage."""
        return self.size + STORED_OVERHEAD

    @property
    def days(self) -> float:
        """How long it is kept."""
        return (self.shard.segment.expires_at - self.at.timestamp()) / 86_400


def stored_page(page: Page, at: datetime, thinning: int) -> StoredPage:
    """Return what the simulation keeps of a page."""
    row = row_of(page)
    runs = ((run, [each for each in run.fingerprints if each % thinning == 0]) for run in runs_of_row(row))
    sample = tuple(
        FactRun(run.source, run.outcome, run.provider, array("Q", kept)) for run, kept in runs if kept
    )
    key = page.sort_key
    return StoredPage(at, page.shard, touched_digits(key), is_urgent(key), size_of_item(row), sample)


@dataclass(slots=True)
class _Pages:
    count: int = 0
    size: int = 0
    runs: dict[_RunKey, "array[int]"] = field(default_factory=dict)


@dataclass(slots=True)
class SimulatedBalances:
    """The posting side's store: a shard is read as a query would, its units counted."""

    is_sampled: bool
    balances: MeteredTable = field(default_factory=ledger_table)
    query_units: float = 0
    lookup_units: int = 0
    reads: int = 0
    runs: int = 0
    _pages: dict[Shard, _Pages] = field(default_factory=dict)

    @property
    def shards(self) -> Collection[Shard]:
        """The shards that have pages of their own."""
        return self._pages.keys()

    def store(self, page: StoredPage) -> None:
        """Add a page."""
        pages = self._pages.setdefault(page.shard, _Pages())
        pages.count += 1
        pages.size += page.size
        for run in page.sample:
            key = (run.source, run.outcome, run.provider)
            pages.runs.setdefault(key, array("Q")).extend(run.fingerprints)

    def read_pages(self, shard: Shard) -> PagesRead:
        """Read all pages of a shard. The rounding of each megabyte's units is left out."""
        pages = self._pages.get(shard, _Pages())
        units = float(read_units(pages.size))
        self.query_units += units
        self.reads += 1
        runs = [FactRun(*key, array("Q", sorted(found))) for key, found in pages.runs.items()]
        if self.is_sampled and pages.count:
            bucket = int(shard.prefix[0], 16) if shard.prefix else 0
            unsampled = _UNSAMPLED._replace(bucket=bucket)
            runs.append(FactRun(unsampled, 1, 0, array("Q", range(pages.count))))
        return PagesRead(pages.count, runs, units)

    def last_posting(self, shard: Shard) -> LastPosting | None:
        """Look a balance up."""
        row = self.balances.items.get(balance_key(shard))
        self.lookup_units += read_units(size_of_item(row)) if row else 1
        return last_posting_of_row(row) if row else None

    def balances_of_account(
        self, account: str, region: str, first_hour: str = "", last_hour: str = ""
    ) -> list[Balance]:
        """Read the balances of an account's hours; that is not consistent, and costs half."""
        partition = balance_partition(account, region)
        first, last = (partition, first_hour), (partition, f"{last_hour}~")
        rows = [row for key, row in sorted(self.balances.items.items()) if first <= key <= last]
        self.query_units += read_units(sum(map(size_of_item, rows))) / 2
        return list(balances_of_rows(rows))

    def begin_run(self, segments: Iterable[Segment], begun_at: datetime) -> None:
        """Write down what a run changes."""
        self.runs += 1
        for row in rows_of_run(segments, begun_at, f"{self.runs:08x}"):
            self.balances.put(row)

    def write_balance(self, balance: Balance, before: LastPosting | None, *, replaces: bool = False) -> bool:
        """Write a balance: one writer at a time, so its condition holds. A transaction costs twice."""
        if replaces:
            raise AssertionError("nothing is rebuilt here")
        pk, sk = balance_key(balance.shard)
        stored = self.balances.items.get((pk, sk), {"pk": {"S": pk}, "sk": {"S": sk}})
        rows = [{**stored, **values_of_balance(balance)}, *changed_pieces(balance, before)]
        for row in rows * (2 if len(rows) > 1 else 1):
            self.balances.put(row)
        return True

    def divide(self, shard: Shard, parts: Collection[str], pages: int, now: datetime) -> bool:
        """Let parts stand for a shard."""
        pk, sk = balance_key(shard)
        before = self.balances.items.get((pk, sk), {})
        known = before.get("parts", {"SS": []})["SS"]
        self.balances.put(
            {
                "pk": {"S": pk},
                "sk": {"S": sk},
                "pages": {"N": str(pages)},
                "read_units": {"N": "0"},
                "posted_at": {"S": time_text(now)},
                "parts": {"SS": sorted({*known, *parts})},
            }
        )
        return True

    def set_due(self, shard: Shard, due_at: datetime) -> None:
        """Mark a balance."""
        row = self.balances.items[balance_key(shard)]
        self.balances.put({**row, "due_at": {"S": time_text(due_at)}})


@dataclass(slots=True)
class SimulatedQueue:
    """The queue of postponed hours: what is put off comes back, and counts as a message."""

    now: datetime
    messages: int = 0
    hidings: int = 0
    waiting: list[tuple[datetime, int, Shard, datetime]] = field(default_factory=list)

    def put_off(self, shard: Shard, due_at: datetime, now: datetime) -> None:
        """Keep a shard for as long as SQS does at most."""
        self.messages += 1
        delay = min(_MOST_DELAY, max(timedelta(seconds=1), due_at - now))
        heappush(self.waiting, (self.now + delay, self.messages, shard, due_at))

    def hide(self, message: PostingRequest, now: datetime) -> None:
        """Hide a message until its time; no message is sent."""
        self.hidings += 1
        hiding = min(_MOST_HIDING, message.changed_at - now)
        heappush(self.waiting, (self.now + hiding, int(message.record), message.shard, message.changed_at))

    def make_up(self, missed: Sequence[PostingRequest]) -> frozenset[Shard]:
        """Nothing fails in the simulation."""
        raise AssertionError(f"posting failed: {missed}")


class SimulatedJournal:
    """Gathers events into batches as Lambda's pollers do, and journals each batch when it ends."""

    def __init__(self, gathering: Gathering, thinning: int, seed: float) -> None:
        self._random = Random(seed)
        self._period = gathering.period
        # A small batch does not tell how fast messages come.
        is_told = gathering.batch >= MESSAGES_THAT_TELL
        self._rate = gathering.rate / gathering.pollers if is_told else 0
        self._phases = [self._random.uniform(0, self._period) for _ in range(gathering.pollers)]
        self._thinning = thinning
        self._open: dict[tuple[float, int], JournalDraft] = {}
        self._ends: list[tuple[float, int]] = []
        self.entries = ledger_table()
        self.entry_bytes = self.index_bytes = 0
        self.number_of_entries = 0
        self.pages: list[StoredPage] = []
        self.events = 0

    def add(self, at: float, observed: Observed) -> None:
        """Give an event that arrives at `at` to one of the pollers."""
        self.events += 1
        poller = int(self._random.random() * len(self._phases))
        phase = self._phases[poller]
        batch = (phase + ceil((at - phase) / self._period) * self._period, poller)
        draft = self._open.get(batch)
        if draft is None:
            draft = self._open[batch] = JournalDraft(
                HOUR + timedelta(seconds=batch[0]), _RETENTION, self._rate
            )
            heappush(self._ends, batch)
        draft.add("", observed)

    def close_until(self, at: float) -> None:
        """Write the pages and entries of the batches that have ended."""
        while self._ends and self._ends[0][0] <= at:
            batch = heappop(self._ends)
            stored_at = HOUR + timedelta(seconds=batch[0])
            for row, _ in self._open.pop(batch).rows():
                if isinstance(row, Page):
                    self.pages.append(stored_page(row, stored_at, self._thinning))
                else:
                    self._put_entry(row)
            # None is written twice here, so none need be remembered.
            self.entries.items.clear()

    def _put_entry(self, entry: JournalRow) -> None:
        row = row_of(entry)
        self.entries.put(row)
        stored = self.entries.stored_bytes(row)
        self.entry_bytes += stored
        self.index_bytes += stored - size_of_item(row) - STORED_OVERHEAD
        self.number_of_entries += 1


class SimulatedPosting:
    """Posts as the stream's windows and the queue of postponed hours ask for it."""

    def __init__(self, is_sampled: bool, window: timedelta) -> None:
        self.store = SimulatedBalances(is_sampled)
        self.queue = SimulatedQueue(HOUR)
        self.ended: Counter[Posted] = Counter()
        self._window = window

    def run(self, pages: Sequence[StoredPage]) -> None:
        """Post until no page is left that was not posted, in simulated time."""
        for window_ends_at, gathered in _by_window(pages, self._window):
            self._post_postponed(window_ends_at)
            for page in gathered:
                self.store.store(page)
            self._post(
                window_ends_at,
                [PostingRequest(page.shard, page.at, "", page.touched, page.is_urgent) for page in gathered],
            )
        self._post_postponed(datetime.max.replace(tzinfo=UTC))

    def _post_postponed(self, until: datetime) -> None:
        while self.queue.waiting and self.queue.waiting[0][0] <= until:
            comes_at, number, shard, due_at = heappop(self.queue.waiting)
            self._post(comes_at, [PostingRequest(shard, due_at, str(number), is_waiting=True)])

    def _post(self, now: datetime, requests: Sequence[PostingRequest]) -> None:
        self.queue.now = now
        outcome = post_requested(self.store, self.queue, requests, PostingRun(lambda: now, self._window))
        if outcome.failed:
            raise AssertionError(f"posting failed: {outcome.failed}")
        self.ended += outcome.ended


def _by_window(pages: Sequence[StoredPage], window: timedelta) -> Iterator[tuple[datetime, list[StoredPage]]]:
    """Yield the pages of each window with when it ends; one begins when the one before has ended."""
    gathered: list[StoredPage] = []
    ends_at = datetime.min.replace(tzinfo=UTC)
    for page in pages:
        if page.at > ends_at:
            if gathered:
                yield ends_at, gathered
            gathered, ends_at = [], page.at + window
        gathered.append(page)
    if gathered:
        yield ends_at, gathered
