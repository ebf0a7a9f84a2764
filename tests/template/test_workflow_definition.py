"""What the state machine says, beyond what running it shows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ses_reputation import errors as shared_errors
from ses_reputation.suppression import errors
from tests.support.suppression_workflow import DEFINITION

# Asking again cannot mend these.
PERMANENT = {
    "ClaimRun": {"InvalidScheduledTimeError", "SettingsError"},
    "ReadPart": {"ChainRestartsExhaustedError", "ListRefusedError", "SettingsError"},
    "FinishSnapshot": {"SnapshotCorruptError", "SettingsError"},
}


def find_tasks(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state
        elif state["Type"] == "Map":
            yield from find_tasks(state["ItemProcessor"])


TASKS = dict(find_tasks(json.loads(DEFINITION.read_text())))


def test_every_task_is_known_here() -> None:
    assert set(TASKS) == set(PERMANENT)


@pytest.mark.parametrize("name", PERMANENT)
def test_permanent_errors_are_not_retried_and_exist_under_that_name(name: str) -> None:
    permanent, transient = TASKS[name]["Retry"]
    assert set(permanent["ErrorEquals"]) == PERMANENT[name]
    assert permanent["MaxAttempts"] == 0
    for error in permanent["ErrorEquals"]:
        assert hasattr(errors, error) or hasattr(shared_errors, error)
    assert set(transient["ErrorEquals"]) == {"States.TaskFailed", "States.Timeout"}


@pytest.mark.parametrize("name", PERMANENT)
def test_everything_else_is_retried_with_growing_pauses_for_some_minutes(name: str) -> None:
    transient = TASKS[name]["Retry"][1]
    pauses = [
        min(transient["IntervalSeconds"] * transient["BackoffRate"] ** number, transient["MaxDelaySeconds"])
        for number in range(transient["MaxAttempts"])
    ]
    assert pauses == sorted(pauses)
    assert 300 < sum(pauses) < 900


def test_the_whole_execution_has_a_time_limit() -> None:
    assert json.loads(DEFINITION.read_text())["TimeoutSeconds"] == 24 * 60 * 60
