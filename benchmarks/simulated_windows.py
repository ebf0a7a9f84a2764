"""How Lambda gathers: the windows and batches of its pollers, at a steady rate."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from benchmarks.metered_tables import default_of

# Lambda begins with five batches at a time, and "when traffic is low" it "can optimize to as few as 2
# concurrent batches", unless a maximum is set (AWS Lambda developer guide, "Configuring scaling behavior for
# SQS event source mappings"). Each gathers its own. How low traffic has to be is not documented.
POLLERS = 2
JOURNAL_SECONDS = (10, 60, 120)
POSTING_SECONDS = (60, 150, 300)


@dataclass(frozen=True, slots=True)
class Windows:
    """How long, and how much, is gathered before a batch is journaled, and before an hour is posted."""

    journal_seconds: int
    batch_size: int
    posting_seconds: int
    pollers: int = POLLERS

    @classmethod
    def of_template(cls) -> "Windows":
        """Read the template's defaults."""
        return cls(*map(default_of, ("JournalWindowSeconds", "JournalBatchSize", "PostingWindowSeconds")))

    def __str__(self) -> str:
        pollers = "" if self.pollers == POLLERS else f", {self.pollers} pollers"
        return f"{self.journal_seconds} s, {self.posting_seconds} s{pollers}"


def candidates() -> Iterator[Windows]:
    """Yield the template's windows, and those to choose defaults from."""
    yield (default := Windows.of_template())
    for journal, posting in product(JOURNAL_SECONDS, POSTING_SECONDS):
        candidate = replace(default, journal_seconds=journal, posting_seconds=posting)
        if candidate != default:
            yield candidate


@dataclass(frozen=True, slots=True)
class Gathering:
    """A rate of events shared by pollers, each of which fills batches of its own."""

    rate: float
    windows: Windows

    @property
    def pollers(self) -> int:
        """How many pollers share the queue."""
        return self.windows.pollers

    @property
    def period(self) -> float:
        """Seconds from one batch of a poller to its next: a window begins with its first message."""
        rate_of_one = self.rate / self.pollers
        return min(self.windows.batch_size / rate_of_one, self.windows.journal_seconds + 1 / rate_of_one)

    @property
    def batch(self) -> float:
        """How many events a batch holds."""
        return self.period * self.rate / self.pollers

    @property
    def posting_period(self) -> float:
        """Seconds from one call of posting to its next: a window begins with the first page."""
        return self.windows.posting_seconds + self.period / self.pollers
