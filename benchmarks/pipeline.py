"""What the whole pipeline uses at a steady rate: journal, entries, and posting's reads and writes.

One hour of mail is followed until nothing more is told of it. At a steady rate every hour lives alike, so
what its events cost over their life is what any events cost. docs/benchmarks.md says what is assumed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.capacity import READS_PER_WRITE
from benchmarks.simulated_ledger import SimulatedJournal, SimulatedPosting, StoredPage
from benchmarks.simulated_windows import Gathering, Windows
from benchmarks.traffic.events import SesEvent
from benchmarks.traffic.observed import observed_of
from benchmarks.traffic.shapes import Shape, hour_of_mail, identities_of
from ses_reputation.feedback.reading import Observed

_FACTS_IN_SAMPLE = 9_000
# Where an hour has many identities, those with little mail must be in the sample too.
_FACTS_OF_MANY_IN_SAMPLE = 90_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """Traffic of a shape, so many events a second in all, gathered by windows."""

    shape: Shape
    rate: float
    windows: Windows = field(default_factory=Windows.of_template)

    @property
    def gathering(self) -> Gathering:
        """How its events meet in batches."""
        return Gathering(self.rate, self.windows)

    @property
    def thinning(self) -> int:
        """Of how many facts one is kept for posting."""
        events = round(self.rate * 3600)
        few = identities_of(self.shape, events) <= 2
        return max(1, events // (_FACTS_IN_SAMPLE if few else _FACTS_OF_MANY_IN_SAMPLE))


SCENARIOS = (
    (Shape.ONE_SENDER, (1, 10, 100)),
    (Shape.FIVE_SENDERS, (1, 10, 100)),
    (Shape.REALISTIC, (1, 10, 100)),
    (Shape.DAY_OF_FIFTY, (10,)),
    (Shape.TWO_THOUSAND, (10,)),
    (Shape.OWN_HOUR, (10,)),
    (Shape.OWN_IDENTITY, (10,)),
)
"""Shapes and rates that the page shows; others may be named."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an hour's events use over their life, in units of DynamoDB, byte-days, and messages.

    `ended` counts postings by how they ended; `postponed` are messages to the queue of postponed hours;
    bytes include indexes (of entries: `index_bytes`) and what each item is charged for.
    """

    scenario: Scenario
    events: int
    pages: int
    entries: int
    page_units: int
    entry_units: Counter[str]
    balance_units: Counter[str]
    query_units: float
    lookup_units: float
    ended: Counter[str]
    postponed: int
    page_byte_days: float
    entry_bytes: int
    index_bytes: int
    balance_bytes: int

    @property
    def writes(self) -> int:
        """All write units."""
        return self.page_units + self.entry_units.total() + self.balance_units.total()

    @property
    def reads(self) -> float:
        """All read units."""
        return self.query_units + self.lookup_units

    @property
    def units(self) -> float:
        """Writes, and reads at what they cost, in write units."""
        return self.writes + self.reads / READS_PER_WRITE

    def per_thousand(self, amount: float) -> float:
        """Return an amount for every 1,000 events."""
        return amount / self.events * 1_000


def journal_and_post(
    scenario: Scenario, observe: Callable[[SesEvent], Observed] = observed_of
) -> tuple[SimulatedJournal, SimulatedPosting, Sequence[StoredPage]]:
    """Journal and post the whole life of an hour's mail; return what did it, and the pages in their order.

    observe: reads an event.
    """
    events = round(scenario.rate * 3600)
    journal = SimulatedJournal(scenario.gathering, scenario.thinning, scenario.rate)
    for number, life in enumerate(hour_of_mail(scenario.shape, events)):
        for event in life:
            journal.add(event.at, observe(event))
        # The n-th life brings nothing before its share of the hour has passed; lives are at most as many.
        journal.close_until(number * 3600 / events)
    journal.close_until(inf)
    pages = sorted(journal.pages, key=lambda page: page.at)
    posting = SimulatedPosting(scenario.thinning > 1, timedelta(seconds=scenario.windows.posting_seconds))
    posting.run(pages)
    return journal, posting, pages


def simulate(scenario: Scenario) -> Usage:
    """Return what the whole life of an hour's mail uses."""
    journal, posting, pages = journal_and_post(scenario)
    store = posting.store
    return Usage(
        scenario,
        journal.events,
        len(pages),
        journal.number_of_entries,
        sum(page.write_units for page in pages),
        journal.entries.write_units,
        store.balances.write_units,
        store.query_units,
        store.lookup_units,
        Counter({str(ended): count for ended, count in posting.ended.items()}),
        posting.queue.messages,
        sum(page.stored_bytes * page.days for page in pages),
        journal.entry_bytes,
        journal.index_bytes,
        sum(map(store.balances.stored_bytes, store.balances.items.values())),
    )


def simulate_all(scenarios: Sequence[Scenario], console: Console) -> list[Usage]:
    """Simulate, two at a time, the longest first; return them in their order."""
    longest_first = sorted(scenarios, key=lambda each: -each.rate)
    with ProcessPoolExecutor(2) as processes:
        done = track(
            processes.map(simulate, longest_first),
            "An hour's life",
            len(scenarios),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        by_scenario = {usage.scenario: usage for usage in done}
    return [by_scenario[scenario] for scenario in scenarios]


def main(
    console: Console, shapes: Sequence[Shape] = (), rates: Sequence[int] = (), windows: Sequence[Windows] = ()
) -> list[Usage]:
    """Simulate and print the shapes, rates and windows that are named, or those of the page."""
    console.rule("The whole pipeline at steady rates")
    chosen = [
        Scenario(shape, rate, each)
        for each in windows or [Windows.of_template()]
        for shape, usual in SCENARIOS
        for rate in rates or usual
        if not shapes or shape in shapes
    ]
    usages = simulate_all(chosen, console)
    for each in windows or [Windows.of_template()]:
        console.print(table([usage for usage in usages if usage.scenario.windows == each], str(each)))
    console.print("All in: write units, and read units at a fifth of one, as they are priced.")
    return usages


def table(usages: Sequence[Usage], title: str) -> Table:
    """Return the units of each scenario per 1,000 events."""
    headings = (
        "events / s",
        "events / page",
        "pages WU",
        "entries WU",
        "balances WU",
        "RU",
        "all in",
        "postings / h",
        "postponed / h",
    )
    table = Table("shape", title=f"windows {title}; per 1,000 events")
    for heading in headings:
        table.add_column(heading, justify="right")
    for usage in usages:
        table.add_row(usage.scenario.shape, *_figures(usage))
    return table


def _figures(usage: Usage) -> Iterator[str]:
    yield f"{usage.scenario.rate:,}"
    yield f"{usage.events / usage.pages:,.1f}"
    yield f"{usage.per_thousand(usage.page_units):,.1f}"
    yield f"{usage.per_thousand(usage.entry_units.total()):,.1f}"
    yield f"{usage.per_thousand(usage.balance_units.total()):,.1f}"
    yield f"{usage.per_thousand(usage.reads):,.1f}"
    yield f"[bold]{usage.per_thousand(usage.units):,.1f}[/]"
    yield f"{usage.ended['posted']:,}"
    yield f"{usage.postponed:,}"
