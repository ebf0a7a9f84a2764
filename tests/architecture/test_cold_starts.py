"""What a function loads and makes when Lambda starts it: each import and client has to earn its place."""

import json
import subprocess
from typing import NamedTuple

import pytest

from benchmarks.cold_start import FUNCTIONS, run_fresh

CLIENTS = {
    "assess_reputation": ["DynamoDB"],
    "export_suppression": ["S3"],
    "journal_feedback": ["DynamoDB"],
    "post_balances": ["DynamoDB", "SQS"],
    "publish_statement": ["DynamoDB", "S3"],
    "send_digest": ["DynamoDB"],
    "read_ses_statistics": ["DynamoDB"],
}
READS_NO_EVENTS = sorted(set(FUNCTIONS) - {"journal_feedback"})
# boto3's own modules on top of botocore, and what only some of our modules use.
NEVER_NEEDED = {
    "boto3",
    "s3transfer",
    "awscrt",
    "jinja2",
    "asyncio",
    "multiprocessing",
    "console",
    "benchmarks",
}
START = """
import gc, json, sys
import functions.{function}.app
from botocore.client import BaseClient
gc.unfreeze()
clients = [type(each).__name__ for each in gc.get_objects() if issubclass(type(each), BaseClient)]
print(json.dumps([sorted(sys.modules), sorted(clients)]))
"""


class Started(NamedTuple):
    modules: list[str]
    clients: list[str]

    @property
    def packages(self) -> set[str]:
        """The top-level packages among the modules."""
        return {name.partition(".")[0] for name in self.modules}


@pytest.fixture(scope="module")
def started() -> dict[str, Started]:
    """Each function, started as Lambda starts it, in a process of its own."""
    return {name: start(name) for name in FUNCTIONS}


def start(function: str) -> Started:
    return Started(*json.loads(run_fresh(START.format(function=function))))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_loads_nothing_of_what_it_never_needs(function: str, started: dict[str, Started]) -> None:
    assert started[function].packages & NEVER_NEEDED == set()
    assert "botocore" in started[function].packages


@pytest.mark.parametrize("function", READS_NO_EVENTS)
def test_only_what_reads_events_loads_pydantic(function: str, started: dict[str, Started]) -> None:
    assert {name for name in started[function].packages if name.startswith("pydantic")} == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_what_reads_setups_loads_the_doctor(function: str, started: dict[str, Started]) -> None:
    is_loaded = "ses_reputation.doctor" in started[function].modules

    assert is_loaded == (function in {"read_ses_statistics", "export_suppression"})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_verifies_signatures_is_loaded_with_the_first_envelope_and_not_at_the_start(
    function: str, started: dict[str, Started]
) -> None:
    assert started[function].packages & {"cryptography", "_cffi_backend"} == set()


def test_the_check_loads_what_verifies_signatures() -> None:
    """Or else the test above would look for the wrong name."""
    loaded = run_fresh("import ses_reputation.signing.chain, sys; print(*sys.modules)").split()

    assert {"cryptography", "_cffi_backend"} <= set(loaded)


def test_what_reads_events_loads_pydantic(started: dict[str, Started]) -> None:
    """Or else the test above would look for the wrong name."""
    assert "pydantic_core" in started["journal_feedback"].packages


@pytest.mark.parametrize("function", FUNCTIONS)
def test_lambda_makes_the_clients_that_most_calls_need_before_the_first(
    function: str, started: dict[str, Started]
) -> None:
    assert started[function].clients == CLIENTS[function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_garbage_is_looked_for_after_the_start_and_not_in_what_it_left(function: str) -> None:
    """A function that never became ready would never look for garbage again."""
    program = (
        "import gc, ses_reputation.starting; before = gc.isenabled(), gc.get_freeze_count()\n"
        f"import functions.{function}.app; print(*before, gc.isenabled(), gc.get_freeze_count() > 50_000)"
    )

    assert run_fresh(program).split() == ["False", "0", "True", "True"]
    assert run_fresh(program, is_lambda=False).split() == ["False", "0", "True", "False"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_begins_its_start_before_it_loads_the_rest_of_the_library(function: str) -> None:
    loaded = run_fresh(f"import functions.{function}.app, sys; print(*sys.modules)").split()

    assert loaded.index("ses_reputation.starting") < loaded.index("ses_reputation.aws")
    assert loaded.index("ses_reputation.starting") < loaded.index("botocore.session")


def test_a_setting_that_is_missing_fails_the_start_and_is_named() -> None:
    program = "import os; del os.environ['LEDGER_TABLE']; import functions.journal_feedback.app"

    with pytest.raises(subprocess.CalledProcessError) as failed:
        run_fresh(program)

    assert "SettingsError: the environment variable LEDGER_TABLE is not set" in failed.value.stderr


@pytest.mark.parametrize("function", FUNCTIONS)
def test_outside_lambda_a_function_is_imported_without_its_settings(function: str) -> None:
    program = f"import os; os.environ.clear(); {START.format(function=function).strip()}"

    assert json.loads(run_fresh(program, is_lambda=False))[1] == []
