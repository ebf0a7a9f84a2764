"""Topics that SES may publish to on the local AWS, each with a queue that hears them."""

import json
from dataclasses import dataclass
from typing import Any

from console.local_aws.emulator import LocalAws


@dataclass(frozen=True, slots=True)
class HeardTopic:
    """A topic of an account in a Region, and its queue."""

    sns: Any
    sqs: Any
    arn: str
    queue_url: str

    def let_ses_publish(self, source_arn: str, source_account: str) -> None:
        """Give the topic the policy that SES's guide shows."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": self.arn,
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": source_account},
                "ArnLike": {"AWS:SourceArn": source_arn},
            },
        }
        self.set_policy(statement)

    def set_policy(self, *statements: dict[str, Any]) -> None:
        """Replace the topic's policy."""
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.sns.set_topic_attributes(TopicArn=self.arn, AttributeName="Policy", AttributeValue=policy)

    def take(self) -> list[Any]:
        """Return what was published and not taken yet, in its order: JSON read, other texts as they are."""
        texts = [json.loads(body)["Message"] for body in self.take_bodies()]
        return [json.loads(text) if text.startswith("{") else text for text in texts]

    def take_bodies(self) -> list[str]:
        """Return the bodies of the queue's messages, SNS's envelopes."""
        bodies: list[str] = []
        while found := self._receive():
            for message in found:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return bodies

    def _receive(self) -> list[dict[str, str]]:
        answer = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        found: list[dict[str, str]] = answer.get("Messages", [])
        return found


def open_topic(aws: LocalAws, account_id: str, name: str, region: str, **attributes: str) -> HeardTopic:
    """Make a topic and a queue, with the topic's default policy."""
    clients = aws.clients(account_id)
    sns, sqs = (clients.connect(service, region_name=region) for service in ("sns", "sqs"))
    arn = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return HeardTopic(sns, sqs, arn, url)
