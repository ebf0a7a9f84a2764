"""What traffic costs all in: from what the pipeline uses to dollars for every million events.

Free tiers and volume discounts are left out. The time of a call is CPU at the share that its memory has,
and the waiting that is assumed here; nothing of it is measured on Lambda.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path

from benchmarks.pipeline import Usage
from benchmarks.prices import dollars
from benchmarks.traffic.shapes import Shape, identities_of
from console.local_aws.template import read_template

_TEMPLATE = Path(__file__).parents[1] / "template.yaml"
GIGABYTE = 1024**3
DAYS_A_MONTH = 30.44
SECONDS_A_MONTH = DAYS_A_MONTH * 86_400
ENTRY_DAYS = 400
# Balances are kept; what they cost is stated for one year.
BALANCE_DAYS = 365
MEGABYTES_OF_A_CPU = 1769
# Assumed: a request of DynamoDB takes 6 ms, a query brings 12 MB a second, a receive answers after 20 ms.
REQUEST_SECONDS, READ_BYTES_A_SECOND, RECEIVE_SECONDS = 0.006, 12_000_000, 0.02
POSTING_MICROS_A_FACT, FACT_BYTES, READ_UNIT_BYTES = 1.8, 8, 4096
# Assumed: the line of metrics of a call, and what Lambda itself logs of it as JSON.
LOG_BYTES_A_CALL = 700 + 900
# What the functions count, and what an assessment publishes of each entity that has metrics of its own.
METRICS, METRICS_OF_ENTITY = 24, 4
SCHEDULED_A_MONTH = 12 * 24 * DAYS_A_MONTH + 24 * DAYS_A_MONTH + DAYS_A_MONTH
_PUTS_OF_A_REQUEST = 25

Micros = Callable[[Shape, float], float]
"""Gives the CPU microseconds of journaling an event of a shape in a batch of a size."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of both functions for every 1,000 events, and the GB-seconds that they take."""

    journal: float
    posting: float
    gb_seconds: float


def bill(usage: Usage, micros: Micros) -> dict[str, float]:
    """Return dollars for every million events, line by line."""
    calls = _calls(usage, micros)
    rate = usage.scenario.rate
    number = calls.journal + calls.posting
    thousands = {
        "writes": usage.per_thousand(usage.writes) * dollars("dynamodb_write_million") / 1e6,
        "reads": usage.per_thousand(usage.reads) * dollars("dynamodb_read_million") / 1e6,
        "storage": _storage(usage),
        "sns": 1_000 * dollars("sns_publish_million") / 1e6,
        "sqs": _requests(usage, calls) * dollars("sqs_request_million") / 1e6,
        "lambda": calls.gb_seconds * dollars("lambda_gb_second")
        + number * dollars("lambda_request_million") / 1e6,
        "logs": number * LOG_BYTES_A_CALL / GIGABYTE * dollars("logs_ingested_gb"),
        "traces": traces(number * rate / 1_000) * 1_000 / rate * dollars("trace_million") / 1e6,
        "metrics": _metrics_a_month(usage) / (rate * SECONDS_A_MONTH / 1_000),
        "schedules": SCHEDULED_A_MONTH * dollars("schedule_million") / 1e6 / (rate * SECONDS_A_MONTH / 1_000),
    }
    return {line: amount * 1_000 for line, amount in thousands.items()}


def traces(calls_a_second: float) -> float:
    """Return the traces a second of active tracing: one, and a twentieth of further calls."""
    return min(calls_a_second, 1) + 0.05 * max(0.0, calls_a_second - 1)


def _storage(usage: Usage) -> float:
    """Return dollars for 1,000 events' storage over its life, backed up. No index holds pages."""
    byte_days = {
        "pages": usage.page_byte_days,
        "entries": usage.entry_bytes * ENTRY_DAYS,
        "balances": usage.balance_bytes * BALANCE_DAYS,
    }
    gb_months = sum(byte_days.values()) / GIGABYTE / DAYS_A_MONTH
    backed_up = usage.page_byte_days / GIGABYTE / DAYS_A_MONTH
    stored = gb_months * dollars("dynamodb_storage_gb_month")
    return usage.per_thousand(stored + backed_up * dollars("dynamodb_backup_gb_month"))


def _requests(usage: Usage, calls: Calls) -> float:
    """Return the requests of SQS for 1,000 events: sent by SNS, received as they come, deleted in tens."""
    rate_of_one = usage.scenario.rate / usage.scenario.windows.pollers
    received_at_once = min(10.0, max(1.0, rate_of_one * RECEIVE_SECONDS))
    postponed = 3 * usage.per_thousand(usage.postponed)
    return 1_000 + 1_000 / received_at_once + max(100.0, calls.journal) + postponed


def _calls(usage: Usage, micros: Micros) -> Calls:
    gathering = usage.scenario.gathering
    journal_calls = 1_000 / gathering.batch
    rows = usage.per_thousand(usage.pages + usage.entries) / journal_calls
    journal_seconds = 1_000 * micros(usage.scenario.shape, gathering.batch) / 1e6 / _share("JournalFeedback")
    journal_seconds += journal_calls * ceil(rows / _PUTS_OF_A_REQUEST) * REQUEST_SECONDS
    postponed = usage.per_thousand(usage.postponed)
    posting_calls = 1_000 / usage.scenario.rate / gathering.posting_period + postponed
    bytes_read = usage.per_thousand(usage.query_units) * READ_UNIT_BYTES
    looked_up = usage.per_thousand(sum(usage.ended.values()))
    posting_seconds = (
        bytes_read / READ_BYTES_A_SECOND
        + bytes_read / FACT_BYTES * POSTING_MICROS_A_FACT / 1e6
        + (looked_up + 2 * usage.per_thousand(usage.ended["posted"])) * REQUEST_SECONDS
    )
    gb_seconds = journal_seconds * _gigabytes("JournalFeedback") + posting_seconds * _gigabytes(
        "PostBalances"
    )
    return Calls(journal_calls, posting_calls, gb_seconds)


def _metrics_a_month(usage: Usage) -> float:
    """Return dollars a month: those with most mail of the account and its identities have metrics."""
    identities = identities_of(usage.scenario.shape, usage.events)
    entities = min(identities + 1, entities_with_metrics())
    return (METRICS + METRICS_OF_ENTITY * entities) * dollars("custom_metric_month")


@cache
def entities_with_metrics() -> int:
    """Return how many entities have metrics of their own at most, by the template's default."""
    return int(read_template(_TEMPLATE)["Parameters"]["EntitiesWithMetrics"]["Default"])


@cache
def _memory(function: str) -> int:
    return int(read_template(_TEMPLATE)["Resources"][f"{function}Function"]["Properties"]["MemorySize"])


def _gigabytes(function: str) -> float:
    return _memory(function) / 1024


def _share(function: str) -> float:
    """Return the share of a CPU that goes with a function's memory; Python uses no more than one."""
    return min(1.0, _memory(function) / MEGABYTES_OF_A_CPU)


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
