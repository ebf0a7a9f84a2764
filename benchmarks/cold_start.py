"""What a cold start costs each function, beside the naive handler: a fresh process, until it is ready.

Ready means: the module is imported, settings are read, and clients are made. All have bytecode. Rounds of all
alternate, so that other work of the machine hits all. What is compared is CPU time, at its least and at its
median: with the packages as pip installs them, and as our layer holds them (build_layer.py drops what no
function uses).
"""

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.lambda_calls import function_environment

FUNCTIONS = (
    "journal_feedback",
    "post_balances",
    "read_ses_statistics",
    "assess_reputation",
    "export_suppression",
    "publish_statement",
    "send_digest",
)
_ROOT = Path(__file__).parents[1]
_LAYER = _ROOT / "layers" / "reputation"
_ROUNDS = 15
_NAIVE = "naive handler"
_PROGRAMS = {
    _NAIVE: (
        "import boto3; from benchmarks.naive_handler import naive_handler; "
        "naive_handler(boto3.client('dynamodb'))"
    ),
    **{function: f"import functions.{function}.app" for function in FUNCTIONS},
}
# What it imports, and the layer has not: our functions import none of it, so it costs them nothing.
_OF_NAIVE = ("aws-lambda-powertools", "boto3", "s3transfer")
_READ_CPU = "import time; print(time.process_time() * 1_000)"

Packages = Path
"""A folder of packages that a program may import, and nothing else of this machine's."""


def main(console: Console) -> None:
    """Print the milliseconds of CPU that each start takes."""
    console.rule("Cold starts: milliseconds of CPU until the first event can be taken")
    with packages_of_layer() as layer:
        variants = {"installed": _installed(), "layer": layer}
        spent = measure(variants, _ROUNDS)
    columns = [f"{variant}: {each}" for variant in variants for each in ("least", "median", "ratio")]
    table = Table("start", *columns)
    for name in _PROGRAMS:
        table.add_row(name, *(cell for variant in variants for cell in _cells(spent[variant], name)))
    console.print(table)
    python = ".".join(map(str, sys.version_info[:3]))
    console.print(f"Python {python}; {_ROUNDS} rounds. Ratios: naive / function, of medians.")


def measure(variants: dict[str, Packages], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return the milliseconds of CPU of each round, by variant and program."""
    spent: dict[str, dict[str, list[float]]] = {v: {name: [] for name in _PROGRAMS} for v in variants}
    for measured in (False, *[True] * rounds):  # first, bytecode is compiled and files are cached
        for variant, packages in variants.items():
            for name, program in _PROGRAMS.items():
                millis = float(run_fresh(f"{program}; {_READ_CPU}", packages))
                if measured:
                    spent[variant][name].append(millis)
    return spent


def run_fresh(program: str, packages: Packages | None = None, *, is_lambda: bool = True) -> str:
    """Return what a program prints in a fresh process, with the environment of a function of Lambda.

    packages: those installed here, where none are named.
    """
    with function_environment():
        environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    paths = (_ROOT, packages or _installed(), _LAYER / "src")
    environment["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    if is_lambda:
        environment["AWS_LAMBDA_FUNCTION_NAME"] = "function"
    # -S: nothing but these folders and the standard library.
    command = [sys.executable, "-S", "-c", program]
    return subprocess.run(  # noqa: S603 - our own programs
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


@contextmanager
def packages_of_layer() -> Iterator[Packages]:
    """Make the folder of packages that the layer holds, and the naive handler's, of those installed here."""
    requirements = (_LAYER / "src" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line.partition("==")[0] for line in requirements if "==" in line]
    with TemporaryDirectory() as folder:
        packages = Path(folder)
        for name in pinned:
            _copy_distribution(name, packages)
        runpy.run_path(str(_LAYER / "build_layer.py"))["drop_ballast"](packages)
        for name in _OF_NAIVE:
            _copy_distribution(name, packages)
        yield packages


def _copy_distribution(name: str, packages: Packages) -> None:
    for file in distribution(name).files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(file.locate())), target)


def _installed() -> Packages:
    return Path(str(distribution("botocore").locate_file("")))


def _cells(spent: dict[str, list[float]], name: str) -> list[str]:
    ratio = median(spent[_NAIVE]) / median(spent[name])
    return [f"{min(spent[name]):.0f}", f"{median(spent[name]):.0f}", f"{ratio:.2f}"]
