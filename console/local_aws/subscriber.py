"""Hearing what the stack tells: the alerts of its topic and the events of its bus, each through a queue."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws

EVENT_SOURCE = "ses-reputation"


@dataclass(frozen=True, slots=True)
class HeardAlert:
    """A message of the alert topic, as a subscriber gets it."""

    subject: str
    text: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HeardEvent:
    """An event of the bus, as the target of a rule gets it."""

    detail_type: str
    detail: Mapping[str, Any]


class Hearing:
    """Two queues: one is subscribed to the alert topic, the other the target of a rule for all our events."""

    def __init__(self, aws: LocalAws, alerts_url: str, events_url: str) -> None:
        self._aws = aws
        self._alerts_url = alerts_url
        self._events_url = events_url

    @classmethod
    def of_stack(cls, aws: LocalAws, stack: Stack, topic_arn: str = "") -> "Hearing":
        """Begin to receive: what was published before does not come. topic_arn: "" for the alert topic."""
        name = f"{stack.name}-hearing-{uuid4().hex[:8]}"
        alerts_url, alerts_arn = _make_queue(aws, f"{name}-alerts", "sns.amazonaws.com")
        events_url, events_arn = _make_queue(aws, f"{name}-events", "events.amazonaws.com")
        clients, bus = aws.clients(), stack.outputs["EventBusName"]
        topic = topic_arn or stack.outputs["AlertTopicArn"]
        clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=alerts_arn)
        pattern = json.dumps({"source": [EVENT_SOURCE]})
        clients.event_bridge.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
        target = {"Id": "hearing", "Arn": events_arn}
        clients.event_bridge.put_targets(Rule=name, EventBusName=bus, Targets=[target])
        return cls(aws, alerts_url, events_url)

    def take_alerts(self, wait_seconds: int = 0) -> list[HeardAlert]:
        """The alerts that came since the last taking; waits so long for one more."""
        return [_alert_of(body) for body in self._take(self._alerts_url, wait_seconds)]

    def take_events(self, wait_seconds: int = 0) -> list[HeardEvent]:
        """The events that came since the last taking; waits so long for one more."""
        return [
            HeardEvent(body["detail-type"], body["detail"])
            for body in self._take(self._events_url, wait_seconds)
        ]

    def _take(self, queue_url: str, wait_seconds: int) -> Iterator[dict[str, Any]]:
        sqs = self._aws.clients().sqs
        while messages := sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds
        ).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
                yield json.loads(message["Body"])


def _make_queue(aws: LocalAws, name: str, service: str) -> tuple[str, str]:
    """Make a queue that an AWS service may send to; return its URL and its ARN."""
    sqs = aws.clients().sqs
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def _alert_of(envelope: Mapping[str, Any]) -> HeardAlert:
    published = envelope.get("MessageAttributes", {})
    attributes = {name: attribute["Value"] for name, attribute in published.items()}
    return HeardAlert(envelope.get("Subject", ""), envelope["Message"], attributes)
