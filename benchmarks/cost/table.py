"""The bill as rows: of each line its counts, its price and its dollars, month beside month."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.cost.bill import Line, bills, scale_of, total
from benchmarks.cost.measuring import EVENTS_A_MONTH, MILLION, Measured
from benchmarks.prices import PRICES

MONTHS = ("idle", *(f"{events // MILLION} M" for events in EVENTS_A_MONTH))
GOALS = {"idle": 4, "1 M": 10, "100 M": 170}
"""Dollars that a month of so many events has to stay under: issue 11."""
BEFORE = PRICES.parents[1] / "recorded" / "before_cost.json"
_FEW = 100


class Row(NamedTuple):
    """What is counted, its price and for how many, and counts and dollars by month."""

    service: str
    name: str
    dollars_each: float
    scale: int
    counts: Sequence[float]
    dollars: Sequence[float]


def rows_of(months: Sequence[Sequence[Line]]) -> list[Row]:
    """Return the lines of bills side by side; lines that are nothing in all of them are left out."""
    prices = json.loads(PRICES.read_text("utf-8"))["prices"]
    return [
        Row(
            lines[0].service,
            lines[0].name,
            prices[lines[0].price]["dollars"],
            scale_of(lines[0].price),
            [line.amount for line in lines],
            [line.dollars for line in lines],
        )
        for lines in zip(*months, strict=True)
        if any(line.amount for line in lines)
    ]


def services_of(rows: Sequence[Row]) -> Iterator[tuple[str, list[float]]]:
    """Yield the dollars of each service by month."""
    for service, lines in groupby(rows, lambda row: row.service):
        yield service, [sum(amounts) for amounts in zip(*(row.dollars for row in lines), strict=True)]


def totals_of(months: Sequence[Sequence[Line]]) -> dict[str, float]:
    """Return what each month costs, by its name."""
    return dict(zip(MONTHS, map(total, months), strict=True))


def bills_before() -> list[list[Line]]:
    """Return the bills that were recorded before the bill was made smaller."""
    recorded = json.loads(BEFORE.read_text("utf-8"))
    return [[Line(**line) for line in month] for month in recorded["bills"]]


def context_of(figures: dict[str, Any]) -> dict[str, Any]:
    """Return what the page of costs shows, given the recorded figures."""
    measured = Measured.of_record(figures["cost"]["figures"])
    now, before = bills(measured), bills_before()
    return {
        "statements": measured.statements,
        "months": MONTHS,
        "rows": rows_of(now),
        "services": list(services_of(rows_of(now))),
        "services_before": dict(services_of(rows_of(before))),
        "totals": totals_of(now),
        "totals_before": totals_of(before),
        "goals": GOALS,
    }


def count_text(count: float) -> str:
    """Return a count with thousands apart, and digits where there are few."""
    return f"{count:,.2f}" if 0 < count < _FEW and count != int(count) else f"{count:,.0f}"


def print_bill(measured: Measured, console: Console) -> None:
    """Print the whole bill, count times price."""
    now = bills(measured)
    table = Table("", "each", *(f"{month}: count" for month in MONTHS), *(f"{month}: $" for month in MONTHS))
    for row in rows_of(now):
        counts, dollars = map(count_text, row.counts), (f"{amount:,.2f}" for amount in row.dollars)
        each = f"{row.dollars_each:g}" + (f" / {row.scale:,}" if row.scale > 1 else "")
        table.add_row(f"{row.service}: {row.name}", each, *counts, *dollars)
    for name, months in (("before", bills_before()), ("all", now)):
        table.add_section()
        table.add_row(
            name, "", *[""] * len(MONTHS), *(f"{amount:,.2f}" for amount in totals_of(months).values())
        )
    console.print(table)
