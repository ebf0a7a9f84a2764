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
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.lambda_calls import function_environment
from benchmarks.sns import sns
from benchmarks.traffic.events import batched
from benchmarks.traffic.shapes import Shape, arrivals
from benchmarks.traffic.wire import lambda_event

_HERE = Path(__file__).parents[1]
_ROUNDS = 15
_FUNCTIONS = (
    "journal_feedback",
    "post_balances",
    "assess_reputation",
    "read_ses_statistics",
    "export_suppression",
)
# Runs in either checkout: it takes only what both have, and the batches from a file.
_HOT_PATH = """
import json, sys, time
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import Context, function_environment
texts, published = json.load(open(sys.argv[1], encoding="utf-8"))
with function_environment():
    from functions.journal_feedback.app import lambda_handler
    try:
        from benchmarks.sns import Published, trust_in_function
    except ImportError:
        pass  # this checkout checks no signatures
    else:
        trust_in_function(Published(*published))
    with stubbed_http():
        micros = []
        for _ in range(3):
            began = time.process_time()
            for text in texts:
                if lambda_handler(json.loads(text), Context())["batchItemFailures"]:
                    raise SystemExit("a batch failed")
            micros.append((time.process_time() - began) * 1e6)
print(min(micros))
"""

Measure = Callable[[Path], float]


_SHAPES = (Shape.ONE_HOUR, Shape.REALISTIC)
_WORKLOADS = ((1_000, 8_000), (100, 4_000), (10, 1_000))
"""Size of a batch, and events in all."""


def main(
    before: Annotated[Path, typer.Argument(help="Another checkout, with its .venv ready.")],
    imports: Annotated[bool, typer.Option(help="Measure cold starts too.")] = True,
) -> None:
    """Print what a cold start and an event cost in both checkouts."""
    console, before = Console(), before.resolve()
    table = Table("CPU", "before: least", "median", "after: least", "median", "ratio: least", "median")
    for name in _FUNCTIONS if imports else ():
        _add_row(table, f"import of {name}, ms", before, partial(_import, name))
    with TemporaryDirectory() as folder:
        for shape in _SHAPES:
            for size, events in _WORKLOADS:
                path = Path(folder) / f"{shape}-{size}.json"
                texts = [lambda_event(batch) for batch in batched(arrivals(shape, events), size)]
                path.write_text(json.dumps([texts, sns().published]), "utf-8")
                title = f"event of {shape} in batches of {size:,}, us"
                _add_row(table, title, before, partial(_micros, path, events))
    console.print(table)


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


def _micros(path: Path, events: int, checkout: Path) -> float:
    """Return the microseconds of CPU per event of journaling the batches in a file, decoding included."""
    return float(_run(checkout, _HOT_PATH, str(path))) / events


def _run(checkout: Path, program: str, *arguments: str) -> str:
    with function_environment():
        environment = {**os.environ, "PYTHONPATH": f"{checkout}:{checkout / 'layers/reputation/src'}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    python = str(checkout / ".venv" / "bin" / "python")
    command = [python, "-c", program, *arguments]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    typer.run(main)
