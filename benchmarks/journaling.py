"""What journaling costs, beside handlers of the usual kind: write units, calls, and the client's CPU time."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import boto3
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import Context, function_environment
from benchmarks.metered_tables import LEDGER_TABLE, MeteredAws, MeteredTable, ledger_table
from benchmarks.naive_handler import COUNTERS, RECORDS, LambdaFunction, lean_naive_handler, naive_handler
from benchmarks.sender_hour import batches, deliveries, mixed_feedback
from ses_reputation.aws.clients import JOURNALING

BATCH_SIZES = (1_000, 100, 10)
NAIVE, LEAN, JOURNAL = "naive", "naive, lean", "journal"
_ROUNDS = 15
_EVENTS = 20_000
# A round is long enough for the clock, and for the JSON parser's cache to lose the strings of the one before.
_LEAST_EVENTS_OF_A_ROUND, _BATCHES_OF_A_ROUND = 4_000, 20
_EVENTS_OF_A_NAIVE_ROUND = 200

# What a prototype reached, by batch size: write units per 1,000 events and microseconds of CPU per event.
PROTOTYPE = {1_000: (11, 18.5), 100: (20, 27.0), 10: (100, 89.0)}
PROTOTYPE_OF_NAIVE = (5_010, 3_250.0)

Batches = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a thousand events cost in write units and calls, and one event in microseconds of CPU.

    `least_micros` takes each batch's best round, so that what else the machine does in the others does not
    count.
    """

    write_units: float
    calls: float
    least_micros: float
    median_micros: float


def main(console: Console) -> None:
    """Measure and print both workloads."""
    console.rule("Journaling: one sender-hour of deliveries")
    records = list(deliveries(_EVENTS))
    console.print(f"{len(records):,} events, {_mean_bytes(records):,.0f} bytes each with their SNS envelope")
    with function_environment():
        costs = {
            size: measure(batches(records, size))
            for size in track(
                BATCH_SIZES,
                "Journaling deliveries",
                console=console,
                transient=True,
                disable=not console.is_terminal,
            )
        }
    console.print(_table(costs))
    console.print(*_verdicts(costs), sep="\n")
    console.rule("Journaling: mixed traffic, for information")
    records = mixed_feedback(_EVENTS)
    console.print(
        f"{len(records):,} events of the demo's day: five senders, both feeds, sends, deliveries, delays, "
        "bounces, complaints;\nentries and their indexes are part of the write units"
    )
    with function_environment():
        mixed = {
            size: measure(batches(records, size), naive_rounds=0, rounds=3)
            for size in track(
                BATCH_SIZES,
                "Journaling mixed traffic",
                console=console,
                transient=True,
                disable=not console.is_terminal,
            )
        }
    console.print(_table(mixed))


def measure(events: Batches, naive_rounds: int = 3, rounds: int = _ROUNDS) -> dict[str, Cost]:
    """Measure each handler on Lambda events of equal size; rounds of the handlers alternate."""
    size = len(events[0]["Records"])
    many = events[: max(_BATCHES_OF_A_ROUND, _LEAST_EVENTS_OF_A_ROUND // size)]
    few = events[: max(1, _EVENTS_OF_A_NAIVE_ROUND // size)]
    workloads = {JOURNAL: many, NAIVE: few, LEAN: few} if naive_rounds else {JOURNAL: many}
    handlers = _handlers()
    micros: dict[str, list[list[float]]] = {name: [] for name in workloads}
    use = {name: _use_of(handlers[name], workload) for name, workload in workloads.items()}
    with stubbed_http():
        for number in range(rounds):
            for name, workload in workloads.items():
                if name == JOURNAL or number < naive_rounds:
                    micros[name].append(_cpu_micros(handlers[name], workload))
    return {
        name: Cost(
            *per_thousand,
            least_micros=mean(map(min, zip(*micros[name], strict=True))),
            median_micros=median(mean(round_) for round_ in micros[name]),
        )
        for name, per_thousand in use.items()
    }


def _handlers() -> dict[str, LambdaFunction]:
    from functions.journal_feedback.app import lambda_handler  # noqa: PLC0415  (logs to the stdout of now)

    client = boto3.client("dynamodb", config=JOURNALING)
    return {JOURNAL: lambda_handler, NAIVE: naive_handler(client), LEAN: lean_naive_handler(client)}


def _use_of(handler: LambdaFunction, events: Batches) -> tuple[float, float]:
    """Return write units and calls per thousand events."""
    aws = MeteredAws(
        {
            LEDGER_TABLE: ledger_table(),
            COUNTERS: MeteredTable(["pk", "sk"]),
            RECORDS: MeteredTable(["id"]),
        }
    )
    with stubbed_http(aws):
        for event in events:
            _call(handler, event)
    thousands = _count(events) / 1_000
    return aws.write_units / thousands, aws.calls.total() / thousands


def _cpu_micros(handler: LambdaFunction, events: Batches) -> list[float]:
    """Return the microseconds per event of each batch."""
    micros = []
    for event in events:
        began = time.process_time()
        _call(handler, event)
        micros.append((time.process_time() - began) / len(event["Records"]) * 1e6)
    return micros


def _call(handler: LambdaFunction, event: Mapping[str, Any]) -> None:
    answer = handler(dict(event), Context())
    if answer["batchItemFailures"]:
        raise AssertionError("a handler failed: its figures would mean nothing")


def _count(events: Batches) -> int:
    return sum(len(event["Records"]) for event in events)


def _mean_bytes(records: Sequence[Mapping[str, Any]]) -> float:
    return sum(len(record["body"].encode()) for record in records) / len(records)


def _table(costs: Mapping[int, Mapping[str, Cost]]) -> Table:
    table = Table("batch of", "handler")
    for heading in (
        "write units / 1,000",
        "calls / 1,000",
        "CPU us / event: least",
        "median",
        "in write units",
    ):
        table.add_column(heading, justify="right")
    table.add_column("in CPU", justify="right")
    for size, by_handler in costs.items():
        for name, cost in by_handler.items():
            table.add_row(f"{size:,}", name, *_figures(cost), *_ratios(cost, by_handler[JOURNAL]))
        table.add_section()
    return table


def _figures(cost: Cost) -> Iterator[str]:
    yield f"{cost.write_units:,.1f}"
    yield f"{cost.calls:,.1f}"
    yield f"{cost.least_micros:,.1f}"
    yield f"{cost.median_micros:,.1f}"


def _ratios(cost: Cost, ours: Cost) -> Iterator[str]:
    yield f"{cost.write_units / ours.write_units:,.0f} x"
    yield f"{cost.least_micros / ours.least_micros:,.0f} x"


def _verdicts(costs: Mapping[int, Mapping[str, Cost]]) -> Iterator[str]:
    """Compare with the prototype; its microseconds were another machine's, so the ratio tells more."""
    for size, (units, micros) in PROTOTYPE.items():
        ours, naive = costs[size][JOURNAL], costs[size][NAIVE]
        ratio, aim = naive.least_micros / ours.least_micros, PROTOTYPE_OF_NAIVE[1] / micros
        yield (
            f"batch of {size:>5,}: prototype {units} write units ({_met(ours.write_units <= units)}), "
            f"{micros} us ({_met(ours.least_micros <= micros)}), "
            f"{aim:,.0f} times less CPU than its naive handler ({_met(ratio >= aim)}: {ratio:,.0f})"
        )
    yield f"prototype's naive handler: {PROTOTYPE_OF_NAIVE[0]:,} write units, {PROTOTYPE_OF_NAIVE[1]:,} us"


def _met(is_met: bool) -> str:
    return "[green]met[/]" if is_met else "[red]not met[/]"
