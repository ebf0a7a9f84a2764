"""Notifications of several accounts through the emulator: all arrive, and it reports when all is quiet."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.local_aws.delivery import FeedbackTopics, TopicMessage, send_to_queue
from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import Ministack
from console.local_aws.errors import DeliveryError, SettlingTimeoutError, WorkflowError
from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import await_execution, find_schedule, run_suppression_export
from console.local_aws.waiting import Backlog, count_dead_letters, measure_backlog, settle
from tests.support.aws.local_aws import DELEGATES, STREAMING_TABLE, Ledger, deploy_ledger, write_template
from tests.support.notifications import FOREIGN, OWNER
from tests.support.stack_template import ROOT
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = pytest.mark.local_aws

_EVENTS = ROOT / "events"
_DELIVERY = _EVENTS / "publishing" / "send.json"
_COUNTING = """
def lambda_handler(event, context):
    print("batch of", len(event["Records"]))
    return {"batchItemFailures": []}
"""
_FAILING_AT_FIRST = """
calls = 0
def lambda_handler(event, context):
    global calls
    calls += 1
    print("call", calls)
    failed = event["Records"] if calls == 1 else []
    return {"batchItemFailures": [{"itemIdentifier": r["dynamodb"]["SequenceNumber"]} for r in failed]}
"""
_FAILING = """
def lambda_handler(event, context):
    raise RuntimeError("this function always fails")
"""


def test_topics_of_three_accounts_reach_the_ledger(ledger: Ledger) -> None:
    topics = FeedbackTopics.of_stack(ledger.aws, ledger.stack)
    message = _read_message(_DELIVERY)
    senders = (OWNER, *DELEGATES)
    published = topics.publish(TopicMessage(account, message) for account in senders for _ in range(7))
    assert published == 21
    assert set(settle(ledger.aws, ledger.stack).dead_letters.values()) == {0}
    assert ledger.read_items("JOURNAL#")
    assert ledger.read_items("BALANCE#")


def test_the_stacks_own_account_publishes_to_the_stacks_topic(ledger: Ledger) -> None:
    topics = FeedbackTopics.of_stack(ledger.aws, ledger.stack)
    assert topics.open(OWNER) == ledger.stack.resources["FeedbackTopic"]
    assert topics.open(DELEGATES[0]).split(":")[4] == DELEGATES[0]


def test_a_foreign_account_is_quarantined_where_policies_are_not_enforced(ledger: Ledger) -> None:
    topics = FeedbackTopics.of_stack(ledger.aws, ledger.stack)
    topics.publish([TopicMessage(FOREIGN, _read_message(_DELIVERY))])
    settle(ledger.aws, ledger.stack)
    assert len(ledger.list_keys("quarantine/foreign_topic/")) == 1


def test_a_foreign_account_never_reaches_the_queue_where_they_are(enforcing_ministack: Ministack) -> None:
    with deploy_ledger(enforcing_ministack) as ledger:
        topics = FeedbackTopics.of_stack(ledger.aws, ledger.stack)
        topics.publish(TopicMessage(account, "not SES") for account in (FOREIGN, FOREIGN, DELEGATES[0]))
        settle(ledger.aws, ledger.stack)
        assert len(ledger.list_keys("quarantine/")) == 1


def test_a_thousand_messages_are_one_batch(ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_counter(ministack, tmp_path, "counting", _COUNTING, window_seconds=300)
    send_to_queue(ministack, stack.resources["FeedbackQueue"], (str(number) for number in range(1_000)))
    settle(ministack, stack)
    assert "batch of 1000" in read_function_log(ministack, stack.resources["Counter"])


def test_progress_counts_how_many_were_sent_so_far(ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_counter(ministack, tmp_path, "progress", _COUNTING)
    progress: list[int] = []
    sent = send_to_queue(ministack, stack.resources["FeedbackQueue"], map(str, range(25)), progress.append)
    assert sent == progress[-1] == 25
    assert progress == sorted(progress)


def test_messages_too_big_for_one_call_go_in_several(ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_counter(ministack, tmp_path, "big", _COUNTING)
    bodies = ["x" * 100_000] * 6
    assert send_to_queue(ministack, stack.resources["FeedbackQueue"], bodies) == 6
    settle(ministack, stack)
    counted = [
        line for line in read_function_log(ministack, stack.resources["Counter"]) if "batch of" in line
    ]
    assert sum(int(line.rsplit(" ", 1)[1]) for line in counted) == 6


def test_a_message_that_sqs_refuses_is_reported(ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_counter(ministack, tmp_path, "refusing", _COUNTING)
    with pytest.raises(DeliveryError, match="SQS refused 1"):
        send_to_queue(ministack, stack.resources["FeedbackQueue"], ["\x00 is no character of SQS"])


def test_a_streams_batch_that_reports_a_failure_comes_again(ministack: Ministack, tmp_path: Path) -> None:
    changes = {
        "Stream": {"Fn::GetAtt": ["Table", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    reader = _describe_function("reader", {"Changes": {"Type": "DynamoDB", "Properties": changes}})
    resources = {"FeedbackQueue": {"Type": "AWS::SQS::Queue"}, "Table": STREAMING_TABLE, "Reader": reader}
    template = write_template(tmp_path, resources, {"reader": _FAILING_AT_FIRST})
    stack = deploy_template(ministack, {}, template_path=template, stack_name="retrying")
    ministack.clients().dynamodb.put_item(TableName=stack.resources["Table"], Item={"pk": {"S": "one"}})
    settle(ministack, stack)
    calls = [line for line in read_function_log(ministack, stack.resources["Reader"]) if "call" in line]
    assert calls == ["call 1", "call 2"]


def test_settling_gives_up_and_reports_what_is_left(ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_counter(ministack, tmp_path, "failing", _FAILING)
    send_to_queue(ministack, stack.resources["FeedbackQueue"], ["first", "second"])
    # It stands in the end of the log, which nothing else writes to now.
    await_that(lambda: "this function always fails" in ministack.log_tail(), "the function failed")
    seen: list[Backlog] = []
    with pytest.raises(SettlingTimeoutError, match="2 messages in the feedback queue") as failure:
        settle(ministack, stack, seen.append, timeout_seconds=0)
    assert "this function always fails" in str(failure.value)
    assert seen[-1] == Backlog(feedback_messages=2, stream_records=seen[-1].stream_records, postponed_hours=0)


def test_dead_letters_are_counted_by_queue(ledger: Ledger) -> None:
    send_to_queue(ledger.aws, ledger.stack.resources["PostingDeadLetterQueue"], ["an hour"])
    assert count_dead_letters(ledger.aws, ledger.stack)["PostingDeadLetterQueue"] == 1
    ledger.aws.clients().sqs.purge_queue(QueueUrl=ledger.stack.resources["PostingDeadLetterQueue"])
    assert measure_backlog(ledger.aws, ledger.stack).is_empty


def test_the_schedules_own_target_starts_the_export(ledger: Ledger) -> None:
    ledger.ses.seed(1_500)
    scheduled_at = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
    execution = run_suppression_export(ledger.aws, ledger.stack, scheduled_at)
    assert execution.status == "SUCCEEDED"
    snapshots = ledger.list_keys("suppression/")
    assert any(key.endswith("latest.json") for key in snapshots)
    assert any("20261122T031500Z" in key for key in snapshots)


def test_the_deployed_schedule_stays_as_it_was(ledger: Ledger) -> None:
    schedule = find_schedule(ledger.aws, ledger.stack.resources["ExportSuppressionWorkflow"])
    assert schedule["Name"] == ledger.stack.resources["ExportSuppressionSchedule"]
    assert schedule["ScheduleExpression"] == "rate(1 day)"


def test_a_failed_run_names_its_state_and_cause(ministack: Ministack) -> None:
    definition = {
        "StartAt": "Refuse",
        "States": {"Refuse": {"Type": "Fail", "Error": "No", "Cause": "on purpose"}},
    }
    step_functions = ministack.clients().step_functions
    machine = step_functions.create_state_machine(
        name="refusing", definition=json.dumps(definition), roleArn="arn:aws:iam::111122223333:role/any"
    )
    started = step_functions.start_execution(stateMachineArn=machine["stateMachineArn"])
    with pytest.raises(WorkflowError, match="Refuse: No: on purpose"):
        await_execution(ministack, started["executionArn"], timeout_seconds=HANG_SECONDS)


def test_a_function_that_never_ran_has_no_log(ministack: Ministack, tmp_path: Path) -> None:
    stack = _deploy_counter(ministack, tmp_path, "silent", _COUNTING)
    assert read_function_log(ministack, stack.resources["Counter"]) == []


def _read_message(path: Path) -> str:
    record = json.loads(path.read_text())["Records"][0]
    message: str = json.loads(record["body"])["Message"]
    return message


def _deploy_counter(aws: Ministack, folder: Path, name: str, source: str, window_seconds: int = 1) -> Stack:
    """A queue named as the project's is, and a function that it calls."""
    mapping = {
        "Queue": {"Fn::GetAtt": ["FeedbackQueue", "Arn"]},
        "BatchSize": 1_000,
        "MaximumBatchingWindowInSeconds": window_seconds,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    counter = _describe_function("counter", {"Feedback": {"Type": "SQS", "Properties": mapping}})
    resources = {"FeedbackQueue": {"Type": "AWS::SQS::Queue"}, "Counter": counter}
    template = write_template(folder, resources, {"counter": source})
    return deploy_template(aws, {}, template_path=template, stack_name=name)


def _describe_function(folder: str, events: dict[str, object]) -> dict[str, object]:
    properties = {
        "CodeUri": folder,
        "Handler": "app.lambda_handler",
        "Runtime": "python3.13",
        "Timeout": 600,
        "Events": events,
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}
