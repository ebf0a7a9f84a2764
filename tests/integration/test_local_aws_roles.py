"""With policies enforced, services act for the stack only with what its roles permit."""

import json
from pathlib import Path

import pytest

from console.local_aws.delivery import send_to_queue
from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import LocalAws, Ministack
from console.local_aws.errors import WorkflowError
from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import EXPORT_WORKFLOW, run_suppression_export, start_on_schedule
from console.local_aws.waiting import count_dead_letters, measure_backlog, settle
from tests.support.aws.local_aws import STREAMING_TABLE, write_template
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = pytest.mark.local_aws

_PERMITTED = {
    "ReaderRole": {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:SendMessage",
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    },
    "WorkflowRole": {"lambda:InvokeFunction"},
    "ScheduleRole": {"states:StartExecution"},
}
_ANSWERING = """
def lambda_handler(event, context):
    print("called for", len(event.get("Records", [])), "records")
    if any("please fail" in str(record) for record in event.get("Records", [])):
        raise RuntimeError("as asked")
    return {"batchItemFailures": []}
"""


def test_everything_works_with_every_permission(enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, "complete")
    _feed(enforcing_ministack, stack)
    settle(enforcing_ministack, stack, timeout_seconds=HANG_SECONDS)
    execution = run_suppression_export(enforcing_ministack, stack, timeout_seconds=HANG_SECONDS)
    assert execution.status == "SUCCEEDED"
    assert "called for 1 records" in read_function_log(enforcing_ministack, stack.resources["Reader"])


@pytest.mark.parametrize("action", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
def test_a_queue_is_not_read_without(action: str, enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, f"no-{action[4:]}", action)
    _feed(enforcing_ministack, stack)
    _await_denial(enforcing_ministack, stack, action)
    assert measure_backlog(enforcing_ministack, stack).feedback_messages == 1
    _remove_mappings(enforcing_ministack)


@pytest.mark.parametrize("action", ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"])
def test_a_stream_is_not_read_without(action: str, enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, f"no-{action}", f"dynamodb:{action}")
    _feed(enforcing_ministack, stack)
    _await_denial(enforcing_ministack, stack, f"dynamodb:{action}")
    assert measure_backlog(enforcing_ministack, stack).stream_records == 1
    _remove_mappings(enforcing_ministack)


def test_a_failed_batch_goes_to_its_destination(enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, "aside")
    _fail_for_good(enforcing_ministack, stack)
    await_that(
        lambda: count_dead_letters(enforcing_ministack, stack)["AsideDeadLetterQueue"] == 1,
        "the batch was set aside",
    )


def test_a_failed_batch_goes_nowhere_without(enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, "not-aside", "sqs:SendMessage")
    _fail_for_good(enforcing_ministack, stack)
    _await_denial(enforcing_ministack, stack, "sqs:SendMessage")
    assert count_dead_letters(enforcing_ministack, stack) == {"AsideDeadLetterQueue": 0}


@pytest.mark.parametrize("action", ["logs:CreateLogStream", "logs:PutLogEvents"])
def test_a_function_has_no_log_without(action: str, enforcing_ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, f"no-{action[5:]}", action)
    _feed(enforcing_ministack, stack)
    settle(enforcing_ministack, stack, timeout_seconds=HANG_SECONDS)
    assert read_function_log(enforcing_ministack, stack.resources["Reader"]) == []


def test_a_workflow_fails_that_may_not_call_its_function(
    enforcing_ministack: Ministack, tmp_path: Path
) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, "no-call", "lambda:InvokeFunction")
    with pytest.raises(WorkflowError, match=r"Ask: Lambda\.AWSLambdaException: .* not authorized"):
        run_suppression_export(enforcing_ministack, stack, timeout_seconds=HANG_SECONDS)


def test_a_schedule_starts_nothing_that_it_may_not_start(
    enforcing_ministack: Ministack, tmp_path: Path
) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, "no-start", "states:StartExecution")
    workflow = stack.resources[EXPORT_WORKFLOW]
    start_on_schedule(enforcing_ministack, workflow)
    _await_denial(enforcing_ministack, stack, "states:StartExecution", "ScheduleRole")
    started = enforcing_ministack.clients().step_functions.list_executions(stateMachineArn=workflow)
    assert started["executions"] == []


def test_a_workflow_that_does_not_start_in_time_is_reported(
    enforcing_ministack: Ministack, tmp_path: Path
) -> None:
    stack = _deploy_without(enforcing_ministack, tmp_path, "never-starts", "states:StartExecution")
    with pytest.raises(WorkflowError, match=r"did not start .* in time"):
        run_suppression_export(enforcing_ministack, stack, timeout_seconds=0)


def _await_denial(aws: LocalAws, stack: Stack, action: str, role: str = "ReaderRole") -> None:
    """Until the emulator has said that a role may not do it."""
    denial = f"role/{stack.resources[role]} is not authorized to perform {action}"
    await_that(lambda: denial in aws.log_tail(lines=1_000_000), f"{action} was denied")


def _fail_for_good(aws: LocalAws, stack: Stack) -> None:
    """A record that the reader fails on, and a mapping that gives up after a second."""
    mapping = stack.resources["ReaderChanges"]
    aws.clients().functions.update_event_source_mapping(UUID=mapping, MaximumRecordAgeInSeconds=1)
    key = {"pk": {"S": "please fail"}}
    aws.clients().dynamodb.put_item(TableName=stack.resources["Table"], Item=key)


def _feed(aws: LocalAws, stack: Stack) -> None:
    send_to_queue(aws, stack.resources["FeedbackQueue"], ["hello"])
    key = {"pk": {"S": "JOURNAL#1"}}
    aws.clients().dynamodb.put_item(TableName=stack.resources["Table"], Item=key)


def _remove_mappings(aws: LocalAws) -> None:
    """What one test leaves unread must not count as another's backlog."""
    functions = aws.clients().functions
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.delete_event_source_mapping(UUID=mapping["UUID"])


def _deploy_without(aws: LocalAws, folder: Path, name: str, missing: str = "") -> Stack:
    """A queue, a table, a workflow and a schedule, each permitted all that it needs except `missing`."""
    resources: dict[str, object] = {
        "FeedbackQueue": {"Type": "AWS::SQS::Queue"},
        "AsideDeadLetterQueue": {"Type": "AWS::SQS::Queue"},
        "Table": STREAMING_TABLE,
        "Reader": _READER,
        "ExportSuppressionWorkflow": _WORKFLOW,
        "Schedule": _SCHEDULE,
    }
    for role, actions in _PERMITTED.items():
        resources[role] = _role(sorted(actions - {missing}) or ["sts:GetCallerIdentity"])
    template = write_template(folder, resources, {"reader": _ANSWERING})
    return deploy_template(aws, {}, template_path=template, stack_name=name)


def _role(actions: list[str]) -> dict[str, object]:
    services = ["lambda.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com"]
    trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = {"PolicyName": "All", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": document, "Policies": [policy]},
    }


def _arn_of(logical_id: str, attribute: str = "Arn") -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical_id, attribute]}


_READER = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "CodeUri": "reader",
        "Handler": "app.lambda_handler",
        "Runtime": "python3.13",
        "Timeout": 600,
        "Role": _arn_of("ReaderRole"),
        "Events": {
            "Feedback": {"Type": "SQS", "Properties": {"Queue": _arn_of("FeedbackQueue"), "BatchSize": 10}},
            "Changes": {
                "Type": "DynamoDB",
                "Properties": {
                    "Stream": _arn_of("Table", "StreamArn"),
                    "StartingPosition": "TRIM_HORIZON",
                    "DestinationConfig": {
                        "OnFailure": {"Type": "SQS", "Destination": _arn_of("AsideDeadLetterQueue")}
                    },
                },
            },
        },
    },
}
_WORKFLOW = {
    "Type": "AWS::StepFunctions::StateMachine",
    "Properties": {
        "RoleArn": _arn_of("WorkflowRole"),
        "DefinitionString": json.dumps(
            {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "${Reader}", "End": True}}}
        ),
        "DefinitionSubstitutions": {"Reader": _arn_of("Reader")},
    },
}
_SCHEDULE = {
    "Type": "AWS::Scheduler::Schedule",
    "Properties": {
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": {"Ref": "ExportSuppressionWorkflow"},
            "RoleArn": _arn_of("ScheduleRole"),
            "Input": '{"scheduled_at": "<aws.scheduler.scheduled-time>"}',
        },
    },
}
