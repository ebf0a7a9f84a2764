"""What the state machine says, beyond what running it shows."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ses_reputation import errors as shared_errors
from ses_reputation.suppression import errors
from ses_reputation.suppression.runs.list_after_list import LONGEST_RUN
from tests.support.suppression_workflow import DEFINITION

# Asking again cannot mend these.
PERMANENT = {
    "ClaimRun": {"InvalidScheduledTimeError", "SettingsError"},
    "DescribePlace": {"SettingsError"},
    "ExportLists": {"SettingsError"},
    "GiveUpList": {"SettingsError"},
    "Summarize": {"SettingsError"},
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


@pytest.mark.parametrize("name", ["DescribePlace", "ExportLists"])
def test_what_keeps_failing_is_given_up_and_the_rest_goes_on(name: str) -> None:
    assert TASKS[name]["Catch"] == [
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GiveUpList"}
    ]
    assert TASKS["GiveUpList"]["Next"] == "WhatIsNext"


def test_places_are_child_executions_of_which_none_fails_the_others() -> None:
    places = json.loads(DEFINITION.read_text())["States"]["ExportPlaces"]
    assert places["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert places["ToleratedFailurePercentage"] == 100
    # A new AWS account runs some ten functions at a time, and the journal takes five of them.
    assert places["MaxConcurrency"] == 4


def test_the_run_says_what_is_not_done_before_its_time_is_over() -> None:
    whole = timedelta(seconds=json.loads(DEFINITION.read_text())["TimeoutSeconds"])
    # What a list's last call may still take, with its retries.
    assert LONGEST_RUN + timedelta(hours=3) < whole
