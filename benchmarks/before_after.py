"""Cold starts and the hot path of this checkout beside another one: `python -m benchmarks.before_after PATH`.

Each checkout runs in its own virtual environment. Rounds of the two alternate, so that other work of the
machine hits both. What is compared is CPU time, at its least and at its median.
"""

import json
import os
import resource
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.lambda_calls import function_environment

_HERE = Path(__file__).parents[1]
_ROUNDS = 15
_FUNCTIONS = (
    "journal_feedback",
    "post_balances",
    "assess_reputation",
    "read_ses_statistics",
    "export_suppression",
)
_HOT_PATH = """
import json
from benchmarks.journaling import JOURNAL, measure
from benchmarks.lambda_calls import function_environment
from benchmarks.sender_hour import batches, deliveries
with function_environment():
    cost = measure(batches(list(deliveries({events})), {size}), naive_rounds=0, rounds=5)[JOURNAL]
print(json.dumps([cost.least_micros, cost.write_units, cost.calls]))
"""

Measure = Callable[[Path], float]


_WORKLOADS = ((1_000, 8_000), (100, 4_000), (10, 1_000))
"""Size of a batch, and events in all."""


def main(before: Annotated[Path, typer.Argument(help="Another checkout, with its .venv ready.")]) -> None:
    """Print what a cold start and an event cost in both checkouts."""
    console, before = Console(), before.resolve()
    table = Table("CPU", "before: least", "median", "after: least", "median", "ratio: least", "median")
    for name in _FUNCTIONS:
        _add_row(table, f"import of {name}, ms", before, partial(_import, name))
    for size, events in _WORKLOADS:
        _add_row(table, f"event in batches of {size:,}, us", before, partial(_micros, size, events))
    console.print(table)
    console.print("Write units and calls per 1,000 events, before and after:")
    for size, events in _WORKLOADS:
        used = [_use(size, events, checkout)[1:] for checkout in (before, _HERE)]
        console.print(f"batches of {size:,}: {used}")


def _add_row(table: Table, title: str, before: Path, measure: Measure) -> None:
    measure(before), measure(_HERE)  # bytecode is compiled, and files are in the machine's cache
    rounds = [(measure(before), measure(_HERE)) for _ in range(_ROUNDS)]
    old, new = zip(*rounds, strict=True)
    figures = (min(old), median(old), min(new), median(new))
    ratios = (min(new) / min(old), median(new) / median(old))
    table.add_row(title, *(f"{each:,.1f}" for each in figures), *(f"{each:.2f}" for each in ratios))


def _import(function: str, checkout: Path) -> float:
    """Return the milliseconds of CPU that a new process takes to import a function."""
    began = _seconds_of_children()
    _run(checkout, f"import functions.{function}.app")
    return (_seconds_of_children() - began) * 1_000


def _micros(size: int, events: int, checkout: Path) -> float:
    return _use(size, events, checkout)[0]


def _use(size: int, events: int, checkout: Path) -> tuple[float, float, float]:
    """Return the least microseconds of CPU per event, and write units and calls per 1,000 events."""
    micros, units, calls = json.loads(_run(checkout, _HOT_PATH.format(size=size, events=events)))
    return micros, units, calls


def _run(checkout: Path, program: str) -> str:
    with function_environment():
        environment = {**os.environ, "PYTHONPATH": f"{checkout}:{checkout / 'layers/reputation/src'}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    python = str(checkout / ".venv" / "bin" / "python")
    done = subprocess.run(  # noqa: S603 - our own programs
        [python, "-c", program], cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    typer.run(main)
