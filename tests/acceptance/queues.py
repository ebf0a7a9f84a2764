"""Queues of the run's own, that hear what the stack publishes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.acceptance.run import TAG, Run


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue that SNS and EventBridge of the run's account may send to."""

    run: Run
    url: str
    arn: str

    def take(self) -> Iterator[dict[str, Any]]:
        """Yield the messages that came, each once, parsed."""
        sqs = self.run.clients.sqs
        while received := sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        ).get("Messages"):
            for message in received:
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                yield json.loads(message["Body"])


def make_queue(run: Run, kind: str, *source_accounts: str) -> Queue:
    """Make the run's queue of a kind, or find it. source_accounts: whose topics send too."""
    name = f"{run.name}-{kind}"
    arn = f"arn:{run.account.partition}:sqs:{run.account.region}:{run.account.account_id}:{name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": [
                    f"arn:*:*:*:{account}:*{run.name}*"
                    for account in (run.account.account_id, *source_accounts)
                ]
            }
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = run.clients.sqs.create_queue(QueueName=name, Attributes={"Policy": policy}, tags={TAG: run.name})[
        "QueueUrl"
    ]
    return Queue(run, url, arn)
