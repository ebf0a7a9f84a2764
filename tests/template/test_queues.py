"""Queues: encrypted, patient enough for their consumers, and watched."""

import pytest

from tests.support.stack_template import Properties, read_source, render_stack

STACK = render_stack()
QUEUES = STACK.of_type("AWS::SQS::Queue")
MAPPINGS = STACK.of_type("AWS::Lambda::EventSourceMapping")
ALARMS = STACK.of_type("AWS::CloudWatch::Alarm")
FOURTEEN_DAYS = 14 * 24 * 3600
LONGEST_WINDOW = 300


def dead_letter_queues() -> set[str]:
    """Queues that anything names as the place for what it failed at."""
    targets = [
        queue["RedrivePolicy"]["deadLetterTargetArn"] for queue in QUEUES.values() if "RedrivePolicy" in queue
    ]
    targets += [
        mapping["DestinationConfig"]["OnFailure"]["Destination"]
        for mapping in MAPPINGS.values()
        if "DestinationConfig" in mapping
    ]
    targets += [
        schedule["Target"]["DeadLetterConfig"]["Arn"]
        for schedule in STACK.of_type("AWS::Scheduler::Schedule").values()
    ]
    targets += [
        subscription["RedrivePolicy"]["deadLetterTargetArn"]
        for subscription in STACK.of_type("AWS::SNS::Subscription").values()
        if subscription["Protocol"] == "sqs"
    ]
    return {target.removeprefix("<").removesuffix(".Arn>") for target in targets}


def consumed_queues() -> dict[str, Properties]:
    """The mapping that consumes each queue."""
    consumed = {
        mapping["EventSourceArn"].strip("<>").removesuffix(".Arn"): mapping for mapping in MAPPINGS.values()
    }
    return {name: mapping for name, mapping in consumed.items() if name in QUEUES}


def test_every_queue_is_either_consumed_or_for_dead_letters() -> None:
    assert consumed_queues().keys() == {"FeedbackQueue", "PostponedHoursQueue"}
    assert dead_letter_queues() == QUEUES.keys() - consumed_queues().keys()


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_is_encrypted_and_keeps_messages_for_fourteen_days(name: str) -> None:
    assert QUEUES[name]["SqsManagedSseEnabled"] is True
    assert QUEUES[name]["MessageRetentionPeriod"] == FOURTEEN_DAYS


def test_a_consumed_queue_gives_up_after_five_attempts() -> None:
    """Of PostponedHoursQueue, test_recursion.py says which receives are none."""
    assert QUEUES["FeedbackQueue"]["RedrivePolicy"]["maxReceiveCount"] == 5


@pytest.mark.parametrize("name", consumed_queues())
def test_messages_stay_hidden_for_six_timeouts_and_the_longest_window(name: str) -> None:
    mapping = consumed_queues()[name]
    timeout = STACK.properties(mapping["FunctionName"].strip("<>"))["Timeout"]
    window = LONGEST_WINDOW if "MaximumBatchingWindowInSeconds" in mapping else 0
    assert QUEUES[name]["VisibilityTimeout"] >= 6 * timeout + window


def test_no_window_may_be_longer_than_the_queue_allows_for() -> None:
    assert read_source()["Parameters"]["JournalWindowSeconds"]["MaxValue"] == LONGEST_WINDOW


@pytest.mark.parametrize("name", sorted(dead_letter_queues()))
def test_every_dead_letter_queue_rings_at_its_first_message(name: str) -> None:
    (alarm,) = [
        alarm
        for alarm in ALARMS.values()
        if {"Name": "QueueName", "Value": f"<{name}.QueueName>"} in alarm.get("Dimensions", [])
    ]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "Maximum",
        "GreaterThanThreshold",
        0,
    )
