"""Workflows of the local AWS choose by the errors of functions as on AWS, and are held to their role."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import Ministack
from console.local_aws.schedules import EXPORT_WORKFLOW
from tests.support.aws.local_aws import PARAMETERS
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws


def test_an_error_that_a_function_raises_is_named_by_its_class_and_is_not_tried_again(
    ministack: Ministack,
) -> None:
    """Without the correction it was `Runtime.HandlerError`, and was tried nine times within minutes."""
    stack = deploy_template(ministack, PARAMETERS, stack_name="typed-errors")
    step_functions = ministack.clients().step_functions
    execution = step_functions.start_execution(
        stateMachineArn=stack.resources[EXPORT_WORKFLOW], input=json.dumps({"scheduled_at": "yesterday"})
    )["executionArn"]

    await_that(
        lambda: step_functions.describe_execution(executionArn=execution)["status"] != "RUNNING", "it ended"
    )

    ended = step_functions.describe_execution(executionArn=execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidScheduledTimeError")
    assert json.loads(ended["cause"])["errorType"] == "InvalidScheduledTimeError"
    history = step_functions.get_execution_history(executionArn=execution)["events"]
    assert [each["type"] for each in history].count("TaskScheduled") == 1


def test_a_second_start_of_the_same_time_ends_well_and_names_the_first(ministack: Ministack) -> None:
    stack = deploy_template(ministack, PARAMETERS, stack_name="second-start")
    step_functions = ministack.clients().step_functions
    request = json.dumps({"scheduled_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"})
    executions = []

    def describe(execution: str) -> Any:
        return step_functions.describe_execution(executionArn=execution)

    for _ in range(2):
        execution = step_functions.start_execution(
            stateMachineArn=stack.resources[EXPORT_WORKFLOW], input=request
        )["executionArn"]
        executions.append(execution)
        await_that(lambda: describe(executions[-1])["status"] == "SUCCEEDED", "it ended well")

    first, second = (json.loads(describe(each)["output"]) for each in executions)
    assert first["status"] == "ended"
    assert (second["status"], second["execution"]) == ("already_claimed", executions[0])
