"""Parameters that a stack cannot work with are refused in words that say what to do."""

from typing import Any

import pytest

from ses_reputation.accounts.managing import manage_identities
from ses_reputation.accounts.stack_request import StackAnswer

LEDGER = "444455556666"


def ids(number: int) -> str:
    return ",".join(f"{each:012d}" for each in range(1, number + 1))


def ask(
    kind: str = "Create", partition: str = "aws", region: str = "eu-west-1", **properties: str
) -> StackAnswer:
    """What CloudFormation is answered. No client may be made."""
    event = {
        "RequestType": kind,
        "ResourceType": "Custom::StackCheck",
        "LogicalResourceId": "StackCheck",
        "StackId": f"arn:{partition}:cloudformation:{region}:111122223333:stack/reputation/5f1c",
        "RequestId": "1",
        "ResponseURL": "https://example.com/answer",
        "ResourceProperties": {"ServiceToken": "the function", **properties},
    }
    if kind != "Create":
        event["PhysicalResourceId"] = "StackCheck-of-reputation"

    def connect(*_arguments: Any, **_options: Any) -> Any:
        raise AssertionError("a check calls nothing of AWS")

    return manage_identities(event, connect, lambda: 90.0, lambda: None)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_lists_that_fit_by_themselves_and_not_together_are_refused(kind: str) -> None:
    assert ask(kind, OwnerAccounts=ids(150)).is_success
    assert ask(kind, DelegateAccounts=ids(150)).is_success

    answer = ask(kind, OwnerAccounts=ids(150), DelegateAccounts=ids(150))

    assert not answer.is_success
    assert "300 accounts besides the ledger's own: the policy of the ledger's queue" in answer.reason
    assert "Register accounts of your organization without lists" in answer.reason


def test_what_does_not_fit_can_be_deleted() -> None:
    assert ask("Delete", OwnerAccounts=ids(150), DelegateAccounts=ids(150)) == StackAnswer(
        "StackCheck-of-reputation"
    )


@pytest.mark.parametrize(
    ("partition", "region", "queue", "named"),
    [
        ("aws", "eu-west-1", "arn:aws-us-gov:sqs:us-gov-west-1", "aws-us-gov"),
        ("aws-us-gov", "us-gov-west-1", "arn:aws:sqs:us-east-1", "aws"),
        ("aws", "us-east-1", "arn:aws-cn:sqs:cn-north-1", "aws-cn"),
        ("aws", "eu-central-1", "arn:aws-eusc:sqs:eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_queue_of_another_partition_is_refused(partition: str, region: str, queue: str, named: str) -> None:
    answer = ask(partition=partition, region=region, FeedbackQueueArn=f"{queue}:{LEDGER}:feedback")

    assert answer.reason == (
        f"FeedbackQueueArn is a queue in the partition {named}, and this stack is in {partition}: SNS does "
        f"not deliver from one to the other. Deploy a ledger in {partition}, and give its queue."
    )


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "af-south-1"])
def test_a_queue_in_any_region_of_the_partition_is_taken(region: str) -> None:
    assert ask(FeedbackQueueArn=f"arn:aws:sqs:{region}:{LEDGER}:feedback").is_success


def test_a_partition_whose_certificates_are_not_known_is_refused() -> None:
    answer = ask(partition="aws-eusc", region="eusc-de-east-1")

    assert answer.reason == (
        "This ledger does not know the certificates by which SNS signs in aws-eusc, so it would believe no "
        "feedback. It cannot be deployed there."
    )
    assert ask("Delete", partition="aws-eusc", region="eusc-de-east-1").is_success


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "af-south-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")],
)
def test_partitions_whose_certificates_are_known_are_taken(partition: str, region: str) -> None:
    assert ask(partition=partition, region=region).is_success


def test_a_topic_for_alarms_in_another_region_is_refused() -> None:
    assert ask(AlarmTopicArn="arn:aws:sns:eu-west-1:444455556666:operations").is_success
    assert ask(AlarmTopicArn="arn:aws:sns:us-east-1:111122223333:operations").reason == (
        "AlarmTopicArn is a topic in us-east-1, and alarms notify topics of their own Region. Give a topic "
        "in eu-west-1."
    )
