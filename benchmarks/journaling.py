"""What journaling costs, beside handlers of the usual kinds: units, calls, and the client's CPU time.

All handlers get the same events, as the text that Lambda's runtime decodes, in equal and alternating rounds.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import median, quantiles
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
from cryptography.x509 import load_pem_x509_certificate
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.capacity import READS_PER_WRITE, Index
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import Context, function_environment
from benchmarks.metered_tables import LEDGER_TABLE, MeteredAws, MeteredTable, ledger_table
from benchmarks.naive_handler import (
    COUNTERS,
    DETAILS,
    RECORDS,
    LambdaFunction,
    fair_handler,
    lean_naive_handler,
    naive_handler,
)
from benchmarks.sns import sns, trust_in_function
from benchmarks.traffic.events import SesEvent, batched
from benchmarks.traffic.shapes import TITLES, Shape, arrivals
from benchmarks.traffic.wire import lambda_event
from ses_reputation.aws.clients import JOURNALING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_SIZES = (1_000, 100, 10)
JOURNAL, FAIR, LEAN, NAIVE = "journal", "fair", "naive, lean", "naive"
UNCHECKED, FAIR_CHECKED = "journal, signatures unchecked", "fair, signatures checked"
SHAPES = (Shape.ONE_HOUR, Shape.REALISTIC)
ROUNDS = 5
EVENTS_OF_A_ROUND = 1_000


@dataclass(frozen=True, slots=True)
class Spread:
    """The quartiles of what the rounds took."""

    quarter: float
    median: float
    three_quarters: float

    @classmethod
    def of(cls, measured: Iterable[float]) -> "Spread":
        """Return the quartiles of some figures."""
        return cls(*quantiles(measured, n=4, method="inclusive"))

    def __str__(self) -> str:
        return f"{self.median:,.1f} ({self.quarter:,.1f}-{self.three_quarters:,.1f})"


@dataclass(frozen=True, slots=True)
class Use:
    """What 1,000 events take of DynamoDB: write and read units, and calls."""

    write_units: float
    read_units: float
    calls: float

    @property
    def units(self) -> float:
        """Writes, and reads at what they cost, in write units."""
        return self.write_units + self.read_units / READS_PER_WRITE


@dataclass(frozen=True, slots=True)
class Cost:
    """What a handler uses, the CPU microseconds of an event, and how many times the journal's that is."""

    use: Use
    micros: Spread
    times_journal: float


def main(console: Console) -> dict[Shape, dict[int, dict[str, Cost]]]:
    """Measure and print all shapes and sizes of batches."""
    measured: dict[Shape, dict[int, dict[str, Cost]]] = {}
    for shape in SHAPES:
        console.rule(f"Journaling: {TITLES[shape]}")
        events = arrivals(shape, (ROUNDS + 1) * EVENTS_OF_A_ROUND)
        sizes = track(BATCH_SIZES, shape, console=console, transient=True, disable=not console.is_terminal)
        with function_environment():
            measured[shape] = {size: measure(events, size) for size in sizes}
        console.print(_table(measured[shape]))
    return measured


def measure(
    events: Sequence[SesEvent],
    size: int,
    names: Sequence[str] = (JOURNAL, FAIR, LEAN, NAIVE),
    round_events: int = EVENTS_OF_A_ROUND,
) -> dict[str, Cost]:
    """Measure handlers on events in batches of a size. All take a round's events before the next round.

    The first round warms up and is not counted.
    """
    rounds = [
        [lambda_event(batch) for batch in batched(each, size)] for each in batched(events, round_events)
    ]
    handlers = {name: handler for name, handler in _handlers().items() if name in names}
    micros: dict[str, list[float]] = {name: [] for name in handlers}
    for texts in rounds:
        with stubbed_http():
            for name, handler in handlers.items():
                micros[name].append(_cpu_seconds(handler, texts) * 1e6 / round_events)
    used = {name: use_of(handler, rounds[0]) for name, handler in handlers.items()}
    return {name: Cost(used[name], *_compare(micros[name][1:], micros[JOURNAL][1:])) for name in handlers}


def _compare(micros: Sequence[float], ours: Sequence[float]) -> tuple[Spread, float]:
    return Spread.of(micros), median(each / our for each, our in zip(micros, ours, strict=True))


def _handlers() -> dict[str, LambdaFunction]:
    from functions.journal_feedback import app  # noqa: PLC0415  (logs to the stdout of now)

    trust_in_function(sns().published)
    client = boto3.client("dynamodb", config=JOURNALING)
    checked = fair_handler(client, load_pem_x509_certificate(sns().published.leaf.encode()))
    return {JOURNAL: app.lambda_handler, UNCHECKED: _unchecked(app), FAIR_CHECKED: checked} | peers(client)


class _Believing:
    """Signatures that are not checked, to measure what the check costs."""

    def of_batch(self, envelopes: Iterable[object], _brought: object) -> "_Believing":
        """Read the envelopes, as the check does."""
        list(envelopes)
        return self

    def problem_of(self, _envelope: object) -> None:
        """Believe all."""

    def pem_of(self, _envelope: object) -> str:
        """Know no certificate."""
        return ""


def _unchecked(app: ModuleType) -> LambdaFunction:
    """Return the journal's handler without the check of signatures."""
    believing = cache(lambda: replace(app._journaling(), certificates=_Believing()))

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        own, journaling = app._journaling, believing()
        app._journaling = lambda: journaling  # type: ignore[attr-defined]
        try:
            return dict(app.lambda_handler(event, context))
        finally:
            app._journaling = own  # type: ignore[attr-defined]

    return handle


def peers(client: "DynamoDBClient") -> dict[str, LambdaFunction]:
    """Return the handlers that the journal is compared with."""
    return {FAIR: fair_handler(client), LEAN: lean_naive_handler(client), NAIVE: naive_handler(client)}


def metered() -> MeteredAws:
    """Return the tables of all handlers."""
    by_recipient = Index("by_recipient", ["recipient", "occurred_at"], copies_all=True)
    return MeteredAws(
        {
            LEDGER_TABLE: ledger_table(),
            COUNTERS: MeteredTable(["pk", "sk"]),
            RECORDS: MeteredTable(["id"]),
            DETAILS: MeteredTable(["pk", "sk"], [by_recipient]),
        }
    )


def use_of(handler: LambdaFunction, texts: Sequence[str]) -> Use:
    """Return what a handler takes of DynamoDB for 1,000 events."""
    aws, events = metered(), 0
    with stubbed_http(aws):
        for text in texts:
            events += _call(handler, text)
    thousands = events / 1_000
    return Use(aws.write_units / thousands, aws.read_units / thousands, aws.calls.total() / thousands)


def _cpu_seconds(handler: LambdaFunction, texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        _call(handler, text)
    return time.process_time() - began


def _call(handler: LambdaFunction, text: str) -> int:
    """Call a handler as the runtime does, which decodes the event; return how many records it had."""
    event = json.loads(text)
    if handler(event, Context())["batchItemFailures"]:
        raise AssertionError("a handler failed: its figures would mean nothing")
    return len(event["Records"])


def _table(costs: Mapping[int, Mapping[str, Cost]]) -> Table:
    table = Table("batch of", "handler")
    headings = (
        "write units / 1,000",
        "read units / 1,000",
        "calls / 1,000",
        "CPU us / event: median (quartiles)",
        "in units",
        "in CPU",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    for size, by_handler in costs.items():
        for name, cost in by_handler.items():
            table.add_row(f"{size:,}", name, *_figures(cost, by_handler[JOURNAL]))
        table.add_section()
    return table


def _figures(cost: Cost, ours: Cost) -> Iterator[str]:
    yield f"{cost.use.write_units:,.1f}"
    yield f"{cost.use.read_units:,.1f}"
    yield f"{cost.use.calls:,.1f}"
    yield str(cost.micros)
    yield f"{cost.use.units / ours.use.units:,.1f} x"
    yield f"{cost.times_journal:,.1f} x"
