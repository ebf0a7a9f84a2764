"""What holds for every test: no wall-clock limits, no emulator without its mark, and long files first."""

import os
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import typer.main
import typer.testing
from botocore.loaders import create_loader
from hypothesis import settings
from typer.testing import CliRunner, Result

from tests.support.printed_json import check_printed

# What the template sets. Metrics reads it once a process: where some test first imports a function.
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "SesReputation")
os.environ.setdefault("DETAILED_METRICS", "true")

# moto begins each test with a new session of boto3, which would read the descriptions of AWS's services anew.
botocore.session.create_loader = cache(create_loader)
# A program makes its commands of their functions once; CliRunner would make all of ours anew for each call.
typer.main.get_command = cache(typer.main.get_command)
typer.testing._get_command = typer.main.get_command  # type: ignore[attr-defined]

# By default Hypothesis draws the same examples in each run, so that a change is tried with the same tests
# before and after. `make test HYPOTHESIS=random` and `make fuzz` draw others.
settings.register_profile("derandomized", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS", "derandomized"))

EMULATORS = {"ministack", "enforcing_ministack"}


@pytest.fixture(scope="session", autouse=True)
def _heed_ctrl_c() -> None:
    """Let commands under test heed Ctrl-C, also where the tests are a background job, which ignores it.

    Whether a signal is ignored is inherited by child processes.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that starts an emulator without the mark by which `make test-fast` leaves it out."""
    unmarked = [
        item.nodeid
        for item in items
        if EMULATORS & set(getattr(item, "fixturenames", ())) and not item.get_closest_marker("local_aws")
    ]
    if unmarked:
        raise pytest.UsageError("mark as local_aws: " + ", ".join(unmarked))
    put_long_files_first(items)


def put_long_files_first(items: list[pytest.Item]) -> None:
    """Order files: those that run the SAM CLI, those that start an emulator, all others.

    A file is run by one process. What waits for minutes is not to begin when all else has ended.
    """
    order = {"sam": 0, "local_aws": 1}
    places: dict[Path, int] = {}
    for item in items:
        own = min((order.get(mark.name, 2) for mark in item.iter_markers()), default=2)
        places[item.path] = min(own, places.get(item.path, 2))
    items.sort(key=lambda item: places[item.path])


@pytest.fixture(autouse=True, scope="session")
def _printed_json() -> Iterator[None]:
    """Hold whatever a command prints with `--json`, in any test, to its schema."""
    invoke = CliRunner.invoke

    def invoke_and_check(runner: CliRunner, command: Any, args: Any = None, **options: Any) -> Result:
        result = invoke(runner, command, args, **options)
        if not isinstance(args, str) and "--json" in (args or ()) and result.stdout.startswith("{"):
            check_printed(list(args), result.stdout)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CliRunner, "invoke", invoke_and_check)
        yield
