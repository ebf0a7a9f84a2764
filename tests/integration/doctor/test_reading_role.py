"""The doctor reads accounts through the roles of their templates, under enforced policies."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.accounts.reach import AccountReach, CrossAccountRole
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.doctor.report import examine
from tests.support.account_stack import AccountStack
from tests.support.aws.sound_setup import policy

pytestmark = pytest.mark.local_aws
OWNER, DELEGATE, LEDGER, REGION = "111111111111", "222222222222", "444444444444", "us-east-1"
ROLE, EXTERNAL_ID, OPERATOR = "ses-reputation-reading", "of-this-ledger", "operator"
QUEUE = f"arn:aws:sqs:{REGION}:{LEDGER}:feedback"
CONNECTED = {
    "FeedbackQueueArn": QUEUE,
    "ExternalId": EXTERNAL_ID,
    "ReadSesStatisticsRoleArn": f"arn:aws:iam::{LEDGER}:role/reader",
    "OperatorRoleArn": f"arn:aws:iam::{LEDGER}:role/{OPERATOR}",
    "ReadingRoleName": ROLE,
    "EncryptTopic": "true",
}


@dataclass(frozen=True, slots=True)
class Deployed:
    """An owner's and a delegate's stack, and the queue of their ledger."""

    aws: LocalAws
    queue_url: str

    def reach(self, external_id: str) -> AccountReach:
        """The way that an operator of the ledger has into accounts."""
        lent = self._lend(OPERATOR)

        def connect(service: str, **options: Any) -> Any:
            return self.aws.clients(LEDGER).connect(service, **(lent | options))

        return AccountReach(LEDGER, CrossAccountRole(ROLE, external_id), "doctor", connect)

    def read(self) -> Setup:
        """Read the setup as the operator."""
        reach = self.reach(EXTERNAL_ID)
        scope = SetupScope(
            ledger_account=LEDGER,
            owners=frozenset({OWNER}),
            delegates=frozenset({DELEGATE}),
            places=((OWNER, REGION), (DELEGATE, REGION)),
            queue_arn=QUEUE,
            queue_url=self.queue_url,
            role=ROLE,
        )
        reader = SetupReader(
            scope,
            lambda account, service, region: reach.connect(service, account, region),
            lambda: CallPace(lambda _seconds: None, 0.0),
        )
        return reader.read(datetime.now(UTC))

    def _lend(self, role: str) -> dict[str, str]:
        sts = self.aws.clients(LEDGER).sts
        arn = f"arn:aws:iam::{LEDGER}:role/{role}"
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="somebody")["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    """The stacks of accounts/ as the ledger registers them, with every subscription confirmed."""
    with (
        SesStandIn(default_account=OWNER) as ses,
        start_ministack(account_id=OWNER, auth=True, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        url = make_ledger(aws)
        delegate = AccountStack(aws, DELEGATE, "delegate-sender")
        verify(delegate, ses, DELEGATE, "courier.example")
        delegate.create(**CONNECTED, OwnIdentities="courier.example", TransactionalPoolName="receipts")
        owner = AccountStack(aws, OWNER, "identity-owner")
        verify(owner, ses, OWNER, "orchard.example")
        owner.create(**CONNECTED, Identities="orchard.example", Delegates=DELEGATE)
        confirm_subscriptions(aws, url)
        for stack in (owner, delegate):
            encrypt_topic(stack)
        yield Deployed(aws, url)


def verify(stack: AccountStack, ses: SesStandIn, account: str, identity: str) -> None:
    """Verify an identity before its stack is made."""
    stack.ses.create_email_identity(EmailIdentity=identity)
    ses.open_account(account, REGION).identities[identity].is_verified = True


def encrypt_topic(stack: AccountStack) -> None:
    """Encrypt the topic with the stack's key: CloudFormation on this machine leaves KmsMasterKeyId out."""
    listed = stack.clients.cloudformation.list_stack_resources(StackName=stack.name)["StackResourceSummaries"]
    made = {each["ResourceType"]: each["PhysicalResourceId"] for each in listed}
    stack.clients.sns.set_topic_attributes(
        TopicArn=made["AWS::SNS::Topic"],
        AttributeName="KmsMasterKeyId",
        AttributeValue=made["AWS::KMS::Key"],
    )


def make_ledger(aws: LocalAws) -> str:
    """Make the ledger's queue, and the role of its operators; return the queue's URL."""
    clients = aws.clients(LEDGER)
    iam = clients.connect("iam")
    trust = policy(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{LEDGER}:root"}, "Action": "sts:AssumeRole"}
    )
    may = [("sts:AssumeRole", f"arn:aws:iam::*:role/{ROLE}"), ("sqs:GetQueueAttributes", QUEUE)]
    allowed = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in may]
    for name in (OPERATOR, "stranger"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=name, PolicyName="reads", PolicyDocument=policy(*allowed))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnLike": {"aws:SourceArn": [f"arn:*:sns:*:{each}:*" for each in (OWNER, DELEGATE)]}},
    }
    made = clients.sqs.create_queue(QueueName="feedback", Attributes={"Policy": policy(statement)})
    return str(made["QueueUrl"])


def confirm_subscriptions(aws: LocalAws, url: str) -> None:
    """Answer what SNS asks the queue, as functions/journal_feedback does."""
    clients = aws.clients(LEDGER)
    for _ in range(2):
        (message,) = clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
        asked = json.loads(message["Body"])
        clients.sns.confirm_subscription(TopicArn=asked["TopicArn"], Token=asked["Token"])
        clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_the_role_may_read_all_that_the_doctor_asks_and_a_sound_setup_has_no_finding(
    deployed: Deployed,
) -> None:
    setup = deployed.read()

    assert setup.unread == ()
    assert [(cause.diagnosis.name, cause.diagnosis.problem) for cause in examine(setup)] == []
    assert len(setup.topics.found) == len(setup.keys.found) == len(setup.places) == 2


def test_without_the_ledgers_external_id_there_is_no_way_in(deployed: Deployed) -> None:
    with pytest.raises(Exception, match="AccessDenied"):
        deployed.reach("of-another-ledger").connect("sesv2", OWNER, REGION)
