"""Dead letters on the local AWS go back to their queues, as SQS's StartMessageMoveTask says."""

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from console.local_aws.emulator import Ministack
from tests.support.aws.local_aws import ministack

__all__ = ["ministack"]
pytestmark = pytest.mark.local_aws


def make_queue(sqs: Any, **attributes: str) -> tuple[str, str]:
    url = sqs.create_queue(QueueName=f"q-{uuid4().hex[:8]}", Attributes=attributes)["QueueUrl"]
    named = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, named["QueueArn"]


def test_dead_letters_go_back_to_the_queue_that_they_came_from(ministack: Ministack) -> None:
    sqs = ministack.clients().sqs
    letters, arn = make_queue(sqs)
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    queues = [make_queue(sqs, RedrivePolicy=policy, VisibilityTimeout="0")[0] for _ in range(2)]
    for number, queue in enumerate(queues):
        sqs.send_message(QueueUrl=queue, MessageBody=f"of {number}")
        for _ in range(2):
            sqs.receive_message(QueueUrl=queue)

    sqs.start_message_move_task(SourceArn=arn)

    assert "Messages" not in sqs.receive_message(QueueUrl=letters)
    bodies = [sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] for queue in queues]
    assert bodies == ["of 0", "of 1"]


def test_a_queue_that_holds_no_dead_letters_of_another_is_refused(ministack: Ministack) -> None:
    """Those of SNS are such a queue: nothing names it as SQS's own dead-letter queue."""
    sqs = ministack.clients().sqs
    _, arn = make_queue(sqs)

    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=arn)
    with pytest.raises(ClientError, match="does not exist"):
        sqs.start_message_move_task(SourceArn=f"{arn}-gone")
