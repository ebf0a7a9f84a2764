"""What the whole pipeline costs at a steady rate: journal, entries, and posting's reads and writes.

One hour of mail is followed until nothing more is told of it. At a steady rate every hour lives alike, so
what its events cost over their life is what any events cost. docs/benchmarks.md says what is assumed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import ceil, inf
from random import Random

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.capacity import (
    DOLLARS_PER_MILLION_READS,
    DOLLARS_PER_MILLION_WRITES,
    READS_PER_WRITE,
)
from benchmarks.mail_lives import events_a_mail, lives
from benchmarks.metered_tables import default_of, ledger_table
from benchmarks.sender_hour import HOUR
from benchmarks.simulated_ledger import SimulatedBalances, SimulatedQueue, StoredPage, stored_page
from ses_reputation.feedback.reading import Observed
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.posting import Posted, PostingRequest, post_requested
from ses_reputation.ledger.rows import row_of

RATES = (1, 10, 100, 1_000)
# Lambda begins with five batches at a time, and each gathers for itself ("Using Lambda with Amazon SQS").
GATHERERS = 5
_FACTS_IN_SAMPLE = 9_000
_RETENTION = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Events a second in all, by one sender or the demo's five, gathered by so many pollers."""

    rate: int
    several_senders: bool
    gatherers: int = GATHERERS


@dataclass(frozen=True, slots=True)
class Windows:
    """The template's defaults."""

    journal_seconds: int
    batch_size: int
    posting_seconds: int

    @classmethod
    def of_template(cls) -> "Windows":
        """Read them."""
        return cls(*map(default_of, ("JournalWindowSeconds", "JournalBatchSize", "PostingWindowSeconds")))


@dataclass(frozen=True, slots=True)
class PipelineCost:
    """What an hour's events cost over their life; `ended` counts postings, `messages` postponements."""

    scenario: Scenario
    events: int
    pages: int
    page_units: int
    entry_units: Counter[str]
    balance_units: Counter[str]
    query_units: float
    lookup_units: int
    ended: Counter[Posted]
    messages: int

    @property
    def posting(self) -> float:
        """Posting in write units, reads at what they cost."""
        return self.balance_units.total() + (self.query_units + self.lookup_units) / READS_PER_WRITE

    @property
    def dollars(self) -> float:
        """What DynamoDB asks for writes and reads."""
        writes = self.page_units + self.entry_units.total() + self.balance_units.total()
        reads = self.query_units + self.lookup_units
        return (writes * DOLLARS_PER_MILLION_WRITES + reads * DOLLARS_PER_MILLION_READS) / 1e6


def main(console: Console) -> None:
    """Simulate and print."""
    console.rule("The whole pipeline at steady rates, template defaults")
    scenarios = [Scenario(rate, several) for several in (True, False) for rate in reversed(RATES)]
    with ProcessPoolExecutor(2) as processes:
        done = processes.map(simulate, scenarios)
        costs = list(
            track(
                done,
                "An hour's life",
                len(scenarios),
                console=console,
                transient=True,
                disable=not console.is_terminal,
            )
        )
    for several in (False, True):
        chosen = sorted((cost for cost in costs if cost.scenario.several_senders is several), key=_rate)
        console.print(_table(chosen, "five senders" if several else "one sender"))
    console.print("RU = 1/5 WU in price. Journaling = pages; entries are kept for reading, not for posting.")


def _rate(cost: PipelineCost) -> int:
    return cost.scenario.rate


def simulate(scenario: Scenario) -> PipelineCost:
    """Journal and post the whole life of an hour's mail."""
    windows = Windows.of_template()
    mails = round(scenario.rate * 3600 / events_a_mail())
    thinning = max(1, scenario.rate * 3600 // _FACTS_IN_SAMPLE)
    journal = _Journal(scenario, windows, thinning)
    for reported in lives(mails, scenario.several_senders):
        for at, observed in reported:
            journal.add(at, observed)
        journal.close_until(reported[0].at)
    journal.close_until(inf)
    pages = sorted(journal.pages, key=lambda page: page.at)
    posting = _Posting(SimulatedBalances(is_sampled=thinning > 1), SimulatedQueue(HOUR), windows)
    posting.run(pages)
    store = posting.store
    return PipelineCost(
        scenario,
        journal.events,
        len(pages),
        sum(page.write_units for page in pages),
        journal.entries.write_units,
        store.balances.write_units,
        store.query_units,
        store.lookup_units,
        posting.ended,
        posting.queue.messages,
    )


class _Journal:
    """Gathers events into batches as Lambda's pollers do, and journals each batch when it ends."""

    def __init__(self, scenario: Scenario, windows: Windows, thinning: int) -> None:
        self._random = Random(scenario.rate)
        rate_of_one = scenario.rate / scenario.gatherers
        fills_in = windows.batch_size / rate_of_one
        # A window begins with its first message.
        self._period = min(fills_in, windows.journal_seconds + 1 / rate_of_one)
        self._phases = [self._random.uniform(0, self._period) for _ in range(scenario.gatherers)]
        self._thinning = thinning
        self._open: dict[tuple[float, int], JournalDraft] = {}
        self._ends: list[tuple[float, int]] = []
        self.entries = ledger_table()
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
            draft = self._open[batch] = JournalDraft(HOUR + timedelta(seconds=batch[0]), _RETENTION)
            heappush(self._ends, batch)
        draft.add("", observed)

    def close_until(self, at: float) -> None:
        """Write the pages and entries of the batches that have ended."""
        while self._ends and self._ends[0][0] <= at:
            batch = heappop(self._ends)
            stored_at = HOUR + timedelta(seconds=batch[0])
            for row, _ in self._open.pop(batch).rows():
                if isinstance(row, Entry):
                    self.entries.put(row_of(row))
                else:
                    self.pages.append(stored_page(row, stored_at, self._thinning))
            # None is written twice here, so none need be remembered.
            self.entries.items.clear()


class _Posting:
    """Posts as the stream's windows and the queue of postponed hours ask for it."""

    def __init__(self, store: SimulatedBalances, queue: SimulatedQueue, windows: Windows) -> None:
        self.store = store
        self.queue = queue
        self.ended: Counter[Posted] = Counter()
        self._window = timedelta(seconds=windows.posting_seconds)

    def run(self, pages: Sequence[StoredPage]) -> None:
        """Post until no page is left that was not posted, in simulated time."""
        for window_ends_at, gathered in _by_window(pages, self._window):
            self._post_postponed(window_ends_at)
            for page in gathered:
                self.store.store(page)
            self._post(window_ends_at, [PostingRequest(page.segment, page.at, "") for page in gathered])
        self._post_postponed(datetime.max.replace(tzinfo=HOUR.tzinfo))

    def _post_postponed(self, until: datetime) -> None:
        while self.queue.waiting and self.queue.waiting[0][0] <= until:
            due_at, _, segment, changed_at = heappop(self.queue.waiting)
            self._post(due_at, [PostingRequest(segment, changed_at, "")])

    def _post(self, now: datetime, requests: Sequence[PostingRequest]) -> None:
        self.queue.now = now
        outcome = post_requested(self.store, self.queue, requests, self._window, lambda: now)
        if outcome.failed:
            raise AssertionError(f"posting failed: {outcome.failed}")
        self.ended += outcome.ended


def _by_window(pages: Sequence[StoredPage], window: timedelta) -> Iterator[tuple[datetime, list[StoredPage]]]:
    """Yield the pages of each window with when it ends; one begins when the one before has ended."""
    gathered: list[StoredPage] = []
    ends_at = datetime.min.replace(tzinfo=HOUR.tzinfo)
    for page in pages:
        if page.at > ends_at:
            if gathered:
                yield ends_at, gathered
            gathered, ends_at = [], page.at + window
        gathered.append(page)
    if gathered:
        yield ends_at, gathered


def _table(costs: Sequence[PipelineCost], title: str) -> Table:
    headings = (
        "events / s",
        "events / page",
        "pages WU",
        "entries WU",
        "balances WU",
        "posting RU",
        "posting in WU",
        "posting : journaling",
        "posting : with entries",
        "postings / h",
        "postponed / h",
        "$ / million events",
    )
    table = Table(title=f"{title}, per 1,000 events")
    for heading in headings:
        table.add_column(heading, justify="right")
    for cost in costs:
        table.add_row(*_figures(cost))
    return table


def _figures(cost: PipelineCost) -> Iterator[str]:
    thousands = cost.events / 1_000
    entries = cost.entry_units.total()
    yield f"{cost.scenario.rate:,}"
    yield f"{cost.events / cost.pages:,.1f}"
    yield f"{cost.page_units / thousands:,.1f}"
    yield f"{entries / thousands:,.1f}"
    yield f"{cost.balance_units.total() / thousands:,.1f}"
    yield f"{(cost.query_units + cost.lookup_units) / thousands:,.1f}"
    yield f"{cost.posting / thousands:,.1f}"
    yield _ratio(cost.posting / cost.page_units)
    yield _ratio(cost.posting / (cost.page_units + entries))
    yield f"{cost.ended[Posted.POSTED]:,}"
    yield f"{cost.messages:,}"
    yield f"{cost.dollars / thousands * 1_000:,.3f}"


def _ratio(ratio: float) -> str:
    return f"[green]{ratio:.2f}[/]" if ratio <= 1 else f"[red]{ratio:.2f}[/]"
