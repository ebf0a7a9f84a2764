"""Schedules start functions as on AWS: with the time that they were due, and only if their role may."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import LocalAws, Ministack
from console.local_aws.errors import WorkflowError
from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import start_on_schedule
from tests.support.aws.local_aws import write_template
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws

_PRINTING_ITS_EVENT = "def lambda_handler(event, context):\n    print('given', event)\n"
_PLACEHOLDER = "<aws.scheduler.scheduled-time>"


def test_a_copy_of_the_schedule_hands_on_the_time_that_it_was_given(
    enforcing_ministack: Ministack, tmp_path: Path
) -> None:
    stack = deploy(enforcing_ministack, tmp_path, "copied", "lambda:InvokeFunction")
    start_on_schedule(
        enforcing_ministack, arn_of(enforcing_ministack, stack), datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
    )
    line = "given {'scheduled_at': '2026-11-22T10:05:00Z'}"
    await_that(lambda: line in log_of(enforcing_ministack, stack), "the function was given that time")


def test_a_schedule_hands_on_the_time_that_it_was_due(enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = deploy(enforcing_ministack, tmp_path, "due", "lambda:InvokeFunction")
    before = datetime.now(UTC).replace(microsecond=0)
    start_itself(enforcing_ministack, stack)
    await_that(
        lambda: any("given" in line for line in log_of(enforcing_ministack, stack)), "the function was called"
    )
    (line,) = [line for line in log_of(enforcing_ministack, stack) if "given" in line]
    (due_at,) = re.findall(r"'scheduled_at': '(.+)'", line)
    assert before <= datetime.fromisoformat(due_at) <= datetime.now(UTC)


def test_a_schedule_calls_no_function_that_it_may_not_call(
    enforcing_ministack: Ministack, tmp_path: Path
) -> None:
    stack = deploy(enforcing_ministack, tmp_path, "denied", "sts:GetCallerIdentity")
    start_itself(enforcing_ministack, stack)
    denial = f"role/{stack.resources['ScheduleRole']} is not authorized to perform lambda:InvokeFunction"
    await_that(lambda: denial in enforcing_ministack.log_tail(1_000_000), "the call was denied")
    assert log_of(enforcing_ministack, stack) == []


def test_what_no_schedule_starts_cannot_be_started_like_this(enforcing_ministack: Ministack) -> None:
    with pytest.raises(WorkflowError, match="No schedule starts"):
        start_on_schedule(enforcing_ministack, "arn:aws:lambda:us-east-1:111122223333:function:nobodys")


def start_itself(aws: LocalAws, stack: Stack) -> None:
    """A schedule of this second, with the placeholder that the emulator has to fill in."""
    aws.clients().scheduler.create_schedule(
        Name=f"now-{uuid4()}",
        ScheduleExpression=datetime.now(UTC).strftime("at(%Y-%m-%dT%H:%M:%S)"),
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": arn_of(aws, stack),
            "RoleArn": f"arn:aws:iam::{aws.account_id}:role/{stack.resources['ScheduleRole']}",
            "Input": json.dumps({"scheduled_at": _PLACEHOLDER}),
        },
    )


def arn_of(aws: LocalAws, stack: Stack) -> str:
    name = stack.resources["Teller"]
    return aws.clients().functions.get_function_configuration(FunctionName=name)["FunctionArn"]


def log_of(aws: LocalAws, stack: Stack) -> list[str]:
    return [line.strip() for line in read_function_log(aws, stack.resources["Teller"])]


def deploy(aws: LocalAws, folder: Path, name: str, permitted: str) -> Stack:
    """A function, and a schedule of it whose role is permitted one action."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com", "scheduler.amazonaws.com"]},
        "Action": "sts:AssumeRole",
    }

    def role(action: str) -> dict[str, object]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        policy = {"PolicyName": "One", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
        document = {"Version": "2012-10-17", "Statement": [trust]}
        return {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": document, "Policies": [policy]},
        }

    function = {"Fn::GetAtt": ["Teller", "Arn"]}
    resources: dict[str, object] = {
        "TellerRole": role("logs:*"),
        "ScheduleRole": role(permitted),
        "Teller": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "teller",
                "Handler": "app.lambda_handler",
                "Runtime": "python3.13",
                "Timeout": 600,
                "Role": {"Fn::GetAtt": ["TellerRole", "Arn"]},
            },
        },
        "Schedule": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {
                    "Arn": function,
                    "RoleArn": {"Fn::GetAtt": ["ScheduleRole", "Arn"]},
                    "Input": json.dumps({"scheduled_at": _PLACEHOLDER}),
                },
            },
        },
    }
    template = write_template(folder, resources, {"teller": _PRINTING_ITS_EVENT})
    return deploy_template(aws, {}, template_path=template, stack_name=name)
