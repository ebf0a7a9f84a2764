"""How long after an event arrives in the queue its alert goes out: at worst, and over all phases.

The emulator ignores windows, so this is simulated: each window, run and schedule takes the event at a phase
of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from benchmarks.posting_waits import longest_wait
from benchmarks.simulated_windows import Windows, candidates

MOST_SECONDS = 600
TRIALS = 20_000
# With a batching window, and little traffic, Lambda may take 20 seconds though the window is shorter (Lambda
# developer guide, "Using Lambda with Amazon SQS").
LEAST_QUEUE_SECONDS = 20
# A record stands in the stream, and is read from it, within a second.
STREAM_SECONDS = 1
ASSESSMENT_SECONDS = 300
RATES = (1, 10, 100, 1_000)


@dataclass(frozen=True, slots=True)
class Runs:
    """The longest that a call of each function takes, in seconds.

    A batch of 1,000 events is journaled in about half a second, or two with a cold start. A thousand
    identities are assessed in 50, at 47 ms of CPU each.
    """

    journal: float = 2
    posting: float = 10
    assessment: float = 50


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from the queue to the alert, where the event's hour is not put off: over all phases, at worst.

    `may_hold` is how long posting may put an hour off, and still alert in time; `worst_by_rate` is the worst
    with what posting does put an hour off at so many events a second.
    """

    windows: Windows
    median: float
    nineteen_of_twenty: float
    worst: float
    may_hold: float
    worst_by_rate: Mapping[int, float]

    @property
    def is_soon_enough(self) -> bool:
        """Return whether a sharp rise is alerted within ten minutes at worst, at any rate."""
        return max(self.worst, *self.worst_by_rate.values()) <= MOST_SECONDS


def latency(windows: Windows, runs: Runs | None = None, seed: int = 1) -> Latency:
    """Simulate an event's way at random phases."""
    runs, random = runs or Runs(), Random(seed)
    seconds = [_seconds(windows, runs, random) for _ in range(TRIALS)]
    without_posting = worst(windows, runs) - runs.posting - windows.posting_seconds
    return Latency(
        windows,
        median(seconds),
        quantiles(seconds, n=20)[-1],
        worst(windows, runs),
        MOST_SECONDS - without_posting,
        {rate: worst(windows, runs, longest_wait(rate)) for rate in RATES},
    )


def worst(windows: Windows, runs: Runs, held: float = 0) -> float:
    """Return the seconds of an event that meets each window at its beginning, and each run just begun."""
    posting = max(runs.posting + windows.posting_seconds, held)
    journal = max(windows.journal_seconds, LEAST_QUEUE_SECONDS) + runs.journal + STREAM_SECONDS
    return journal + posting + runs.posting + ASSESSMENT_SECONDS + runs.assessment


def _seconds(windows: Windows, runs: Runs, random: Random) -> float:
    gathered = random.uniform(0, max(windows.journal_seconds, LEAST_QUEUE_SECONDS))
    journaled = gathered + random.uniform(0, runs.journal) + random.uniform(0, STREAM_SECONDS)
    # The stream's poller gathers, calls and waits for the answer, in turn.
    run = random.uniform(0, runs.posting)
    phase = random.uniform(0, windows.posting_seconds + run)
    until_called = windows.posting_seconds + (run if phase < run else 0) - max(0.0, phase - run)
    posted = journaled + until_called + random.uniform(0, runs.posting)
    return posted + random.uniform(0, ASSESSMENT_SECONDS) + random.uniform(0, runs.assessment)


def main(console: Console) -> list[Latency]:
    """Simulate and print all windows."""
    console.rule("From the queue to the alert")
    measured = [latency(windows) for windows in candidates()]
    console.print(_table(measured))
    return measured


def _table(measured: Sequence[Latency]) -> Table:
    table = Table("journal, posting window", title=f"seconds; at most {MOST_SECONDS} at worst")
    by_rate = (f"worst at {rate:,}/s" for rate in RATES)
    for heading in ("median", "19 of 20", "worst", "may be put off", *by_rate, "soon enough"):
        table.add_column(heading, justify="right")
    for each in measured:
        verdict = "[green]yes[/]" if each.is_soon_enough else "[red]no[/]"
        figures = (each.median, each.nineteen_of_twenty, each.worst, each.may_hold)
        texts = (f"{figure:,.0f}" for figure in (*figures, *each.worst_by_rate.values()))
        table.add_row(str(each.windows), *texts, verdict)
    return table
