"""Starting what schedules start, as AWS does, and waiting for the export's workflow."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.errors import WorkflowError
from ses_reputation.hours import format_second

if TYPE_CHECKING:
    from mypy_boto3_scheduler.type_defs import GetScheduleOutputTypeDef
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

EXPORT_WORKFLOW = "ExportSuppressionWorkflow"
_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
_COPY = "run-now-"
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Execution:
    """One finished run of a workflow; `output` is its parsed JSON (None when it gave none)."""

    arn: str
    status: str
    output: Any


def run_suppression_export(
    aws: LocalAws, stack: Stack, scheduled_at: datetime | None = None, timeout_seconds: float = 900.0
) -> Execution:
    """Let a one-time copy of the deployed schedule start the workflow, and wait until it has succeeded.

    Raises:
        WorkflowError: there is no such schedule, nothing started, or the run failed; names state and cause.
    """
    until = time.monotonic() + timeout_seconds
    state_machine_arn = stack.resources[EXPORT_WORKFLOW]
    before = set(_list_executions(aws, state_machine_arn))
    start_on_schedule(aws, state_machine_arn, scheduled_at)
    execution_arn = _await_start(aws, state_machine_arn, before, until)
    return await_execution(aws, execution_arn, until - time.monotonic())


def start_on_schedule(aws: LocalAws, target_arn: str, scheduled_at: datetime | None = None) -> None:
    """Let a one-time copy of a deployed schedule start its target within a second.

    The copy has the deployed schedule's target, with the scheduled time (default: now) in place of the
    placeholder that EventBridge Scheduler fills in.

    Raises:
        WorkflowError: there is no schedule of this target.
    """
    schedule = find_schedule(aws, target_arn)
    target = schedule["Target"]
    time_text = format_second(scheduled_at or datetime.now(UTC))
    aws.clients().scheduler.create_schedule(
        Name=f"{_COPY}{uuid4()}",
        GroupName=schedule["GroupName"],
        ScheduleExpression=datetime.now(UTC).strftime("at(%Y-%m-%dT%H:%M:%S)"),
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": target["Arn"],
            "RoleArn": target["RoleArn"],
            "Input": target.get("Input", "{}").replace(_SCHEDULED_TIME, time_text),
        },
        ActionAfterCompletion="DELETE",
    )


def find_schedule(aws: LocalAws, target_arn: str) -> "GetScheduleOutputTypeDef":
    """The schedule whose target is `target_arn`, other than our one-time copies of it.

    Raises:
        WorkflowError: there is none.
    """
    scheduler = aws.clients().scheduler
    for page in scheduler.get_paginator("list_schedules").paginate():
        for summary in page["Schedules"]:
            if summary["Target"]["Arn"] == target_arn and not summary["Name"].startswith(_COPY):
                return scheduler.get_schedule(Name=summary["Name"], GroupName=summary["GroupName"])
    raise WorkflowError(
        f"No schedule starts {target_arn}: was the stack deployed from the project's template?"
    )


def await_execution(aws: LocalAws, execution_arn: str, timeout_seconds: float) -> Execution:
    """Wait for the end of a run.

    Raises:
        WorkflowError: it failed, timed out or was aborted, or is still running when the time is up.
    """
    until = time.monotonic() + timeout_seconds
    step_functions = aws.clients().step_functions
    while True:
        described = step_functions.describe_execution(executionArn=execution_arn)
        status = described["status"]
        if status == "SUCCEEDED":
            output = described.get("output")
            return Execution(execution_arn, status, json.loads(output) if output else None)
        if status != "RUNNING":
            raise WorkflowError(f"{execution_arn} ended as {status}. {_describe_failure(aws, execution_arn)}")
        if time.monotonic() >= until:
            raise WorkflowError(f"{execution_arn} was still running after {timeout_seconds:.0f} s.")
        time.sleep(_POLL_SECONDS)


def _await_start(aws: LocalAws, state_machine_arn: str, before: set[str], until: float) -> str:
    while time.monotonic() < until:
        for execution_arn in _list_executions(aws, state_machine_arn):
            if execution_arn not in before:
                return execution_arn
        time.sleep(_POLL_SECONDS)
    raise WorkflowError(f"The schedule did not start {state_machine_arn} in time:\n{aws.log_tail()}")


def _list_executions(aws: LocalAws, state_machine_arn: str) -> Iterator[str]:
    pages = aws.clients().step_functions.get_paginator("list_executions")
    for page in pages.paginate(stateMachineArn=state_machine_arn):
        for execution in page["executions"]:
            yield execution["executionArn"]


def _describe_failure(aws: LocalAws, execution_arn: str) -> str:
    pages = aws.clients().step_functions.get_paginator("get_execution_history")
    events = [event for page in pages.paginate(executionArn=execution_arn) for event in page["events"]]
    state = next((name for event in reversed(events) if (name := _entered_state(event))), "no state")
    error, cause = next((found for event in reversed(events) if (found := _failure(event))), ("", ""))
    return f"The last state entered was {state}: {error}: {cause}"


def _entered_state(event: "HistoryEventTypeDef") -> str | None:
    return event.get("stateEnteredEventDetails", {}).get("name")


def _failure(event: "HistoryEventTypeDef") -> tuple[str, str] | None:
    """Error and cause of whichever `...FailedEventDetails` the event carries."""
    for name, details in event.items():
        if name.endswith("EventDetails") and isinstance(details, dict) and "cause" in details:
            return str(details.get("error", "")), str(details["cause"])
    return None
