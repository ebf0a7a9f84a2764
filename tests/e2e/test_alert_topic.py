"""The alert topic under enforced policies: owners listen, delegates hear what the ledger lets them hear."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from tests.support.aws.local_aws import PARAMETERS
from tests.support.notifications import DELEGATE, FOREIGN

pytestmark = pytest.mark.local_aws

OTHER_OWNER = "222233334444"


@dataclass(frozen=True, slots=True)
class AlertTopic:
    """The deployed stack's topic, and the queues of whoever wants to hear."""

    aws: LocalAws
    arn: str

    def make_queue(self, account: str) -> tuple[str, str]:
        """URL and ARN of a queue of an account that SNS may send to."""
        sqs = self.aws.clients(account).sqs
        url = sqs.create_queue(QueueName=f"alerts-of-{account}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn

    def subscribe(self, by: str, queue_arn: str, **filter_policy: list[str]) -> None:
        """Subscribe a queue, as an account."""
        attributes = {"FilterPolicy": json.dumps(filter_policy)} if filter_policy else {}
        self.aws.clients(by).sns.subscribe(
            TopicArn=self.arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes
        )

    def confirm(self, account: str, queue_url: str) -> None:
        """Confirm the subscription that the account's queue was asked to confirm."""
        clients = self.aws.clients(account)
        received = clients.sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1)["Messages"][0]
        clients.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=received["ReceiptHandle"])
        asked = json.loads(received["Body"])
        clients.sns.confirm_subscription(TopicArn=asked["TopicArn"], Token=asked["Token"])

    def publish(self, by: str, text: str, **attributes: str) -> None:
        """Publish an alert, as an account."""
        self.aws.clients(by).sns.publish(
            TopicArn=self.arn,
            Message=text,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )

    def take(self, account: str, queue_url: str) -> list[str]:
        """What an account's queue has got."""
        sqs = self.aws.clients(account).sqs
        messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        return sorted(json.loads(message["Body"])["Message"] for message in messages.get("Messages", []))


@pytest.fixture(scope="module")
def topic() -> Iterator[AlertTopic]:
    with start_ministack(auth=True) as aws:
        stack = deploy_template(aws, PARAMETERS | {"OwnerAccounts": OTHER_OWNER})
        yield AlertTopic(aws, stack.outputs["AlertTopicArn"])


def test_an_owner_subscribes_itself_and_hears_everything(topic: AlertTopic) -> None:
    url, arn = topic.make_queue(OTHER_OWNER)
    topic.subscribe(OTHER_OWNER, arn)
    topic.publish(topic.aws.account_id, "watch", identity="example.com")
    topic.publish(topic.aws.account_id, "review", account=DELEGATE)
    assert topic.take(OTHER_OWNER, url) == ["review", "watch"]


def test_a_delegate_that_the_ledger_subscribes_hears_of_itself_only(topic: AlertTopic) -> None:
    url, arn = topic.make_queue(DELEGATE)
    topic.subscribe(topic.aws.account_id, arn, account=[DELEGATE])
    topic.publish(topic.aws.account_id, "before it was confirmed", account=DELEGATE)
    topic.confirm(DELEGATE, url)
    topic.publish(topic.aws.account_id, "of another", account="777788889999")
    topic.publish(topic.aws.account_id, "of an identity", identity="example.com")
    topic.publish(topic.aws.account_id, "of itself", account=DELEGATE)
    assert topic.take(DELEGATE, url) == ["of itself"]


@pytest.mark.parametrize("account", [DELEGATE, FOREIGN])
def test_nobody_but_an_owner_subscribes_itself(topic: AlertTopic, account: str) -> None:
    _, arn = topic.make_queue(account)
    with pytest.raises(ClientError, match="not authorized to perform: sns:Subscribe"):
        topic.subscribe(account, arn)


@pytest.mark.parametrize("account", [OTHER_OWNER, DELEGATE, FOREIGN])
def test_no_other_account_raises_an_alert(topic: AlertTopic, account: str) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: sns:Publish"):
        topic.publish(account, "pay here")
