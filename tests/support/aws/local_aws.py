"""Fixtures for tests that need the embedded AWS, and a small template to try it with.

`ministack` and `enforcing_ministack` (policies enforced) serve one test module; `ledger` is the project's
template on the former. A folder's conftest.py imports those that its tests use.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import LocalAws, Ministack, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

DELEGATES = (DELEGATE, SECOND_DELEGATE)
STREAMING_TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
    },
}
PARAMETERS = {
    "DelegateAccounts": ",".join(DELEGATES),
    "JournalWindowSeconds": "1",
    "PostingWindowSeconds": "0",
    "LongestWaitMinutes": "0",
    "LedgerDeletionProtection": "false",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The project's own stack on an emulator, with the list that its functions read."""

    aws: LocalAws
    stack: Stack
    ses: SesStandIn

    def read_items(self, kind: str) -> list[dict[str, str]]:
        """Keys of the ledger's items whose `pk` begins with `kind`."""
        pages = self.aws.clients().dynamodb.get_paginator("scan")
        return [
            {"pk": row["pk"]["S"], "sk": row["sk"]["S"]}
            for page in pages.paginate(TableName=self.stack.outputs["LedgerTableName"])
            for row in page["Items"]
            if row["pk"]["S"].startswith(kind)
        ]

    def list_keys(self, prefix: str) -> list[str]:
        """Keys of the bucket's objects under a prefix."""
        pages = self.aws.clients().s3.get_paginator("list_objects_v2")
        return [
            found["Key"]
            for page in pages.paginate(Bucket=self.stack.outputs["ReputationBucketName"], Prefix=prefix)
            for found in page.get("Contents", [])
        ]


@pytest.fixture(scope="module")
def ministack() -> Iterator[Ministack]:
    """An emulator without enforced policies."""
    with start_ministack() as aws:
        yield aws


@pytest.fixture(scope="module")
def enforcing_ministack() -> Iterator[Ministack]:
    """An emulator that enforces IAM and queue policies."""
    with start_ministack(auth=True) as aws:
        yield aws


@pytest.fixture(scope="module")
def ledger(ministack: Ministack) -> Iterator[Ledger]:
    """The project's template, deployed to `ministack`."""
    with deploy_ledger(ministack) as deployed:
        yield deployed


@contextmanager
def deploy_ledger(aws: LocalAws) -> Iterator[Ledger]:
    """The project's template on `aws`, its functions pointed at a stand-in for SES."""
    with SesStandIn() as ses:
        environment = {"AWS_ENDPOINT_URL_SESV2": ses.endpoint_url}
        stack = deploy_template(aws, PARAMETERS, function_environment=environment)
        yield Ledger(aws, stack, ses)


def let_messages_come_again(aws: LocalAws, stack: Stack, after_seconds: int) -> None:
    """Let feedback that failed, or takes longer than this, come again soon, and as often as it takes.

    A busy machine takes longer than any number that nobody wants to wait for: no message may be given up
    because of it.
    """
    dead_letters = stack.resources["FeedbackDeadLetterQueue"]
    names = aws.clients().sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": names["Attributes"]["QueueArn"], "maxReceiveCount": 1_000}
    aws.clients().sqs.set_queue_attributes(
        QueueUrl=stack.resources["FeedbackQueue"],
        Attributes={"VisibilityTimeout": str(after_seconds), "RedrivePolicy": json.dumps(redrive)},
    )


def write_template(folder: Path, resources: dict[str, object], functions: dict[str, str]) -> Path:
    """A SAM template in `folder`, with one `app.py` per function name."""
    for name, source in functions.items():
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(source)
    path = folder / "template.yaml"
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
    path.write_text(json.dumps(template))
    return path
