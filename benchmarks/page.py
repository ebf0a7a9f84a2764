"""Writes docs/benchmarks.md, docs/capacity.md and docs/cost.md: measures what they show, and renders it.

`python -m benchmarks.page` measures everything; `--section NAME` measures one part anew and keeps the others;
`--render` only writes the pages from what is recorded.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console

from benchmarks.alert_latency import Runs
from benchmarks.cost import table
from benchmarks.figures import BEFORE, LATEST, SECTIONS, Figures, read, record
from benchmarks.journaling import ROUNDS
from benchmarks.posting_waits import BOUNCED_WITHIN_MINUTES
from benchmarks.prices import PRICES
from benchmarks.traffic.shapes import TITLES

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("benchmarks.md", "capacity.md", "cost.md")
_TEXTS = {
    "signatures": "Checking signatures",
    "late complaint": "A late complaint about a small identity in a big hour",
    "tags": "Counting by tags",
    "cold starts": "Cold starts",
    "fuzz": "Reading damaged messages",
    "assessment": "An assessment of a year of mail",
    "statements": "Statements of all parties",
    "past standings": "Standings of times gone by",
    "suppression": "Suppression export",
    "look-ups": "Looking up an address in a suppression list",
    "changes": "Comparing two snapshots of a suppression list",
    "drift": "Drift between suppression lists and the ledger",
    "lists": "Every suppression list of five accounts",
    "snapshots": "Suppression snapshots under throttling and crashes",
}


def main(
    section: Annotated[list[str] | None, typer.Option(help="Measure only these sections anew.")] = None,
    render: Annotated[bool, typer.Option(help="Measure nothing, write the pages.")] = False,
    before: Annotated[bool, typer.Option(help="Record for comparison, and write no page.")] = False,
) -> None:
    """Measure and write the pages."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    if not render:
        record(section or list(SECTIONS), console, BEFORE if before else LATEST)
    if not before:
        write_pages()


def write_pages() -> None:
    """Write the pages from what is recorded."""
    for name in PAGES:
        (DOCS / name).write_text(rendered(name), "utf-8")


def rendered(name: str) -> str:
    """Return a page from what is recorded."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("pages")),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it writes Markdown of our own figures
    )
    environment.filters |= {
        "number": number,
        "units_of": units_of,
        "posting_of": posting_of,
        "by_traffic": by_traffic,
        "count": table.count_text,
    }
    prices = json.loads(PRICES.read_text("utf-8"))
    return environment.get_template(f"{name}.j2").render(
        now=read(LATEST),
        before=read(BEFORE),
        titles={str(shape): title for shape, title in TITLES.items()},
        prices=prices,
        unconfirmed=_unconfirmed(prices["prices"]),
        rounds=ROUNDS,
        runs=Runs(),
        bounced_within=BOUNCED_WITHIN_MINUTES,
        texts=_TEXTS,
        **(table.context_of(read(LATEST)) if name == "cost.md" else {}),
    )


def number(value: float, digits: int = 1) -> str:
    """Return a figure with thousands apart."""
    return f"{value:,.{digits}f}"


def units_of(figures: Figures, shape: str, rate: int) -> str:
    """Return the units of a scenario among recorded ones; nothing where it was not measured."""
    rows = figures["pipeline"]["figures"]
    return next((number(row["units"]) for row in rows if (row["shape"], row["rate"]) == (shape, rate)), "")


def posting_of(figures: Figures, events: int, identities: int) -> Mapping[str, float] | None:
    """Return what posting such an hour took; None where that was not measured."""
    rows: Iterable[Mapping[str, float]] = figures["posting"]["figures"]
    found = (row for row in rows if (row["events"], row["identities"]) == (events, identities))
    return next(found, None)


def by_traffic(rows: Iterable[Mapping[str, Any]]) -> list[tuple[tuple[str, int], list[Mapping[str, Any]]]]:
    """Return rows of the same shape and rate together."""

    def key(row: Mapping[str, Any]) -> tuple[str, int]:
        return row["shape"], row["rate"]

    return [(traffic, list(group)) for traffic, group in groupby(sorted(rows, key=key), key)]


def _unconfirmed(prices: Mapping[str, Mapping[str, str]]) -> str:
    names = (name for name, price in prices.items() if price["source"].startswith("not confirmed"))
    return ", ".join(name.replace("_", " ") for name in names)


if __name__ == "__main__":
    typer.run(main)
