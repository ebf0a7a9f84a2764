"""What a month of events takes: units, bytes, calls and their seconds, from the simulated pipeline.

The time of a call is CPU at the share that its memory has, and the waiting that is assumed here; nothing of
it is measured on Lambda.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from benchmarks.cost.stack import HOURS_A_MONTH, count_stack
from benchmarks.pipeline import Scenario, Usage, simulate
from benchmarks.traffic.shapes import Shape

GIGABYTE = 1024**3
DAYS_A_MONTH = HOURS_A_MONTH / 24
SECONDS_A_MONTH = HOURS_A_MONTH * 3_600
ENTRY_DAYS = 400
# Balances are kept; what they cost is stated for one year.
BALANCE_DAYS = 365
MEGABYTES_OF_A_CPU = 1769
# Assumed: a request of DynamoDB takes 6 ms, a query brings 12 MB a second, a receive answers after 20 ms.
REQUEST_SECONDS, READ_BYTES_A_SECOND, RECEIVE_SECONDS = 0.006, 12_000_000, 0.02
POSTING_MICROS_A_FACT, FACT_BYTES, READ_UNIT_BYTES = 1.8, 8, 4096
_PUTS_OF_A_REQUEST = 25
SHAPE = Shape.TEN_ENTITIES

Micros = Callable[[Shape, float], float]
"""Gives the CPU microseconds of journaling an event of a shape in a batch of a size."""


@dataclass(frozen=True, slots=True)
class MonthOfTraffic:
    """What so many events a month take; stored bytes are those of a ledger that is as old as they are kept.

    Seconds are those of calls, in all. receives: requests that brought messages from the queue.
    """

    events: int = 0
    page_units: float = 0
    entry_units: float = 0
    balance_units: float = 0
    read_units: float = 0
    page_gb: float = 0
    entry_gb: float = 0
    index_gb: float = 0
    balance_gb: float = 0
    receives: float = 0
    postponed: float = 0
    batch: float = 0
    journal_calls: float = 0
    journal_seconds: float = 0
    posting_calls: float = 0
    posting_seconds: float = 0


def measure_month(events: int, micros: Micros) -> MonthOfTraffic:
    """Simulate the pipeline at the rate of so many events a month."""
    return month_of(simulate(Scenario(SHAPE, events / SECONDS_A_MONTH)), events, micros)


def month_of(usage: Usage, events: int, micros: Micros) -> MonthOfTraffic:
    """Return what a month of events takes, of which an hour's use was simulated."""
    gathering = usage.scenario.gathering
    share = events / usage.events
    journal_calls = events / gathering.batch
    posting_calls = SECONDS_A_MONTH / gathering.posting_period + usage.postponed * share
    gb_months = share / GIGABYTE / DAYS_A_MONTH
    return MonthOfTraffic(
        events,
        page_units=usage.page_units * share,
        entry_units=usage.entry_units.total() * share,
        balance_units=usage.balance_units.total() * share,
        read_units=usage.reads * share,
        page_gb=usage.page_byte_days * gb_months,
        entry_gb=(usage.entry_bytes - usage.index_bytes) * ENTRY_DAYS * gb_months,
        index_gb=usage.index_bytes * ENTRY_DAYS * gb_months,
        balance_gb=usage.balance_bytes * BALANCE_DAYS * gb_months,
        receives=events / received_at_once(usage),
        postponed=usage.postponed * share,
        batch=gathering.batch,
        journal_calls=journal_calls,
        journal_seconds=_journal_seconds(usage, journal_calls, events, micros),
        posting_calls=posting_calls,
        posting_seconds=_posting_seconds(usage) * share,
    )


def received_at_once(usage: Usage) -> float:
    """Return the messages of one receive: those that came while the one before was answered, ten at most."""
    rate_of_one = usage.scenario.rate / usage.scenario.windows.pollers
    return min(10.0, max(1.0, rate_of_one * RECEIVE_SECONDS))


def share_of_cpu(function: str) -> float:
    """Return the share of a CPU that goes with a function's memory; Python uses no more than one."""
    return min(1.0, count_stack().memory[function] / MEGABYTES_OF_A_CPU)


def _journal_seconds(usage: Usage, calls: float, events: int, micros: Micros) -> float:
    cpu = events * micros(usage.scenario.shape, usage.scenario.gathering.batch) / 1e6
    rows_of_a_call = (usage.pages + usage.entries) * events / usage.events / calls
    requests = calls * ceil(rows_of_a_call / _PUTS_OF_A_REQUEST)
    return cpu / share_of_cpu("JournalFeedbackFunction") + requests * REQUEST_SECONDS


def _posting_seconds(usage: Usage) -> float:
    """Return the seconds of posting all that an hour's events cause."""
    bytes_read = usage.query_units * READ_UNIT_BYTES
    requests = usage.ended.total() + 2 * usage.ended["posted"]
    cpu = bytes_read / FACT_BYTES * POSTING_MICROS_A_FACT / 1e6
    return bytes_read / READ_BYTES_A_SECOND + cpu + requests * REQUEST_SECONDS


def micros_of(measured: Mapping[str, Mapping[str, float]]) -> Micros:
    """Return the CPU time of journaling, given what was measured by shape and by size of batch.

    Between sizes, a call's own time and an event's are told apart by a straight line. A shape that was not
    measured takes the time of realistic traffic.
    """

    def micros(shape: Shape, batch: float) -> float:
        by_size = measured.get(shape) or measured[Shape.REALISTIC]
        points = sorted((int(size), each) for size, each in by_size.items())
        (small, slow), (big, fast) = points[0], points[-1]
        a_call = (slow - fast) / (1 / small - 1 / big)
        return fast + a_call * (1 / max(1.0, batch) - 1 / big)

    return micros
