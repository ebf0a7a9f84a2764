"""The measurements as figures: run section by section, kept as JSON, rendered as pages.

`benchmarks/recorded/latest.json` holds what the pages in docs/ show; each section says when it was measured.
"""

import json
import os
import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import (
    alert_latency,
    capacity_limits,
    journaling,
    pipeline,
    posting,
)
from benchmarks.capacity import READ_UNIT_BYTES
from benchmarks.capacity_limits import Measured
from benchmarks.cost import measuring as cost
from benchmarks.cost import reporting
from benchmarks.cost.table import print_bill
from benchmarks.journaling import BATCH_SIZES, JOURNAL
from benchmarks.peers import peer_units
from benchmarks.pipeline import Scenario, Usage
from benchmarks.simulated_windows import Windows
from benchmarks.traffic.shapes import Shape

RECORDED = Path(__file__).with_name("recorded")
LATEST, BEFORE = RECORDED / "latest.json", RECORDED / "before_account_hours.json"
Figures = dict[str, Any]
_ROOT = Path(__file__).parents[1]
_POLLERS = (1, 2, 5)
_FEW_EVENTS = (
    (Shape.ONE_SENDER, 1),
    (Shape.FIVE_SENDERS, 1),
    (Shape.REALISTIC, 1),
    (Shape.REALISTIC, 10),
)


def read(path: Path = LATEST) -> Figures:
    """Return recorded figures; none where nothing was recorded."""
    figures: Figures = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return figures


def record(sections: Sequence[str], console: Console, path: Path = LATEST) -> Figures:
    """Measure sections, in the order of the page, and keep each as soon as it is there."""
    path.parent.mkdir(exist_ok=True)
    for name in [each for each in SECTIONS if each in sections]:
        figures = read(path)
        figures[name] = {**_circumstances(), "figures": SECTIONS[name](console, figures)}
        ordered = {each: figures[each] for each in SECTIONS if each in figures}
        path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return read(path)


def _circumstances() -> dict[str, str]:
    command = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "load": f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors",
    }


def _journaling(console: Console, _: Figures) -> Any:
    return {
        shape: {
            str(size): {name: cost_figures(cost) for name, cost in costs.items()}
            for size, costs in by_size.items()
        }
        for shape, by_size in journaling.main(console).items()
    }


def cost_figures(cost: journaling.Cost) -> dict[str, float]:
    """Return what a handler costs, rounded as the page shows it."""
    return {
        "write_units": round(cost.use.write_units, 1),
        "read_units": round(cost.use.read_units, 1),
        "units": round(cost.use.units, 1),
        "calls": round(cost.use.calls, 1),
        "micros_quarter": round(cost.micros.quarter, 1),
        "micros": round(cost.micros.median, 1),
        "micros_three_quarters": round(cost.micros.three_quarters, 1),
        "times_journal": round(cost.times_journal, 2),
    }


def _pipeline(console: Console, _: Figures) -> Any:
    return [
        {**usage_figures(usage), "peers": _rounded(peer_units(usage.scenario))}
        for usage in pipeline.main(console)
    ]


def _pollers(console: Console, _: Figures) -> Any:
    scenarios = [
        Scenario(shape, rate, replace(Windows.of_template(), pollers=pollers))
        for pollers in _POLLERS
        for shape, rate in _FEW_EVENTS
    ]
    return [usage_figures(usage) for usage in pipeline.simulate_all(scenarios, console)]


def usage_figures(usage: Usage) -> dict[str, Any]:
    """Return what a scenario uses for 1,000 events."""
    windows = usage.scenario.windows
    amounts = {
        "pages": usage.page_units,
        "entries": usage.entry_units.total(),
        "balances": usage.balance_units.total(),
        "reads": usage.reads,
        "units": usage.units,
        "messages": usage.postponed,
    }
    return {
        "shape": str(usage.scenario.shape),
        "rate": usage.scenario.rate,
        "journal_seconds": windows.journal_seconds,
        "posting_seconds": windows.posting_seconds,
        "pollers": windows.pollers,
        "events_a_page": round(usage.events / usage.pages, 1),
        "postings": usage.ended["posted"],
        **_rounded({name: usage.per_thousand(amount) for name, amount in amounts.items()}),
    }


def _micros(figures: Figures) -> Mapping[str, Mapping[str, float]]:
    return {
        shape: {size: handlers[JOURNAL]["micros"] for size, handlers in by_size.items()}
        for shape, by_size in figures["journaling"]["figures"].items()
    }


def _latency(console: Console, _: Figures) -> Any:
    return [
        {
            "journal_seconds": each.windows.journal_seconds,
            "posting_seconds": each.windows.posting_seconds,
            "median": round(each.median),
            "nineteen_of_twenty": round(each.nineteen_of_twenty),
            "worst": round(each.worst),
            "may_hold": round(each.may_hold),
            "worst_by_rate": {str(rate): round(seconds) for rate, seconds in each.worst_by_rate.items()},
            "is_soon_enough": each.is_soon_enough,
        }
        for each in alert_latency.main(console)
    ]


def _posting(console: Console, _: Figures) -> Any:
    return posting.main(console)


def _capacity(console: Console, figures: Figures) -> Any:
    found = measured(figures)
    return {"measured": asdict(found), "rates": capacity_limits.main(console, found)}


def _cost(console: Console, figures: Figures) -> Any:
    months = cost.measure_months(_micros(figures))
    recorded = {
        "assessed": _rounded(asdict(cost.measure_assessment()), 4),
        "statements": _rounded(asdict(reporting.measure_statements(cost.mail_of_ten())), 4),
        "digests": _rounded(asdict(reporting.measure_digests(cost.mail_of_ten())), 4),
        "months": [_rounded(asdict(month), 4) for month in months],
    }
    print_bill(cost.Measured.of_record(recorded), console)
    return recorded


def measured(figures: Figures) -> Measured:
    """Return what the model of capacity takes from the other sections."""
    # The biggest hour: what a call takes once weighs least.
    hours = (row for row in figures["posting"]["figures"] if row["identities"] == 1)
    hour = max(hours, key=lambda row: row["events"])
    full = max(
        (row for row in figures["pipeline"]["figures"] if row["shape"] == Shape.REALISTIC),
        key=lambda row: row["rate"],
    )
    return Measured(
        journal_micros=_micros(figures)[Shape.REALISTIC][str(max(BATCH_SIZES))],
        page_bytes=round(hour["read_units"] * READ_UNIT_BYTES / hour["events"], 2),
        entry_units=round((full["entries"] + full["balances"]) / 1_000, 3),
        posting_micros=round(hour["cpu_seconds"] / hour["events"] * 1e6, 2),
        posting_bytes=round((hour["peak_bytes"] - hour["bytes_before"]) / hour["events"], 1),
    )


def _as_text(module: str, print_on: Callable[[Any, Console], object]) -> Callable[[Console, Figures], Any]:
    """Return a section that keeps what a measurement prints; its module is loaded when it is measured."""

    def section(console: Console, _: Figures) -> Any:
        recording = Console(width=110, record=True, file=console.file)
        print_on(import_module(module), recording)
        return recording.export_text(styles=False).rstrip()

    return section


def _rounded(amounts: Mapping[str, float], digits: int = 1) -> dict[str, float]:
    return {name: round(amount, digits) for name, amount in amounts.items()}


SECTIONS: Mapping[str, Callable[[Console, Figures], Any]] = {
    "journaling": _journaling,
    "signatures": _as_text("benchmarks.signatures", lambda module, console: module.main(console)),
    "pipeline": _pipeline,
    "pollers": _pollers,
    "latency": _latency,
    "posting": _posting,
    "late complaint": _as_text("benchmarks.late_complaint", lambda module, console: module.main(console)),
    "tags": _as_text("benchmarks.tag_costs", lambda module, console: module.main(console)),
    "capacity": _capacity,
    "cold starts": _as_text("benchmarks.cold_start", lambda module, console: module.main(console)),
    "fuzz": _as_text("benchmarks.fuzz", lambda module, console: module.main(console)),
    "assessment": _as_text("benchmarks.assessment", lambda module, console: module.main(console)),
    "statements": _as_text("benchmarks.statements", lambda module, console: module.main(console)),
    "past standings": _as_text("benchmarks.past_standings", lambda module, console: module.main(console)),
    "cost": _cost,
    "suppression": _as_text("benchmarks.suppression_cpu", lambda module, console: module.main(console)),
    "look-ups": _as_text("benchmarks.suppression_lookup", lambda module, console: module.main(console)),
    "changes": _as_text("benchmarks.suppression_changes", lambda module, console: module.main(console)),
    "drift": _as_text("benchmarks.suppression_drift", lambda module, console: module.main(console)),
    "lists": _as_text("benchmarks.suppression_lists", lambda module, console: module.main(console)),
    "snapshots": _as_text(
        "benchmarks.suppression_snapshot", lambda module, console: module.main(console.print)
    ),
}
"""The sections of the page by name, in its order: each returns its figures, given those recorded so far."""
