"""What the hourly checks may read: without any one statement, a cause that they found is found no more.

One account is owner, sender and ledger, and five things are wrong in it, each known from one kind of reading.
SES here looks at the role: see test_every_permission.py for the statements of all other roles.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import sender_key
from ses_reputation.statistics.keys import SENDERS
from ses_reputation.statistics.store import StatisticsTable
from tests.e2e.support import work
from tests.e2e.support.permissions import Statement, removed
from tests.e2e.support.standing_work import STATISTICS_FUNCTION, start
from tests.e2e.support.trials import Audience, Trial, key_of_item
from tests.support.aws.local_aws import PARAMETERS
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws

ACCOUNT, REGION, OPT_IN_REGION, ROLE = "111122223333", "us-east-1", "af-south-1", "ReadSesStatisticsRole"
KINDS = ("Bounce", "Complaint", "Delivery")

# Statement -> the cause that is known only with it, and the action that is refused without it.
PROOFS: dict[Statement, tuple[str, str]] = {
    Statement(ROLE, "ReadSetup"): ("topics_missing", "ses:GetEmailIdentity"),
    Statement(ROLE, "ReadTopics"): ("topic_closed_to_ses", "sns:GetTopicAttributes"),
    Statement(ROLE, "ReadSubscriptions"): ("raw_delivery", "sns:GetSubscriptionAttributes"),
    Statement(ROLE, "ReadKeyPolicies"): ("topic_key_without_grant", "kms:DescribeKey"),
    Statement(ROLE, "ReadQueuePolicy"): ("queue_closed_to_opt_in_region", "sqs:GetQueueAttributes"),
}


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """The stack under enforced policies, after a run that found all five."""
    with (
        SesStandIn(default_account=ACCOUNT) as ses,
        start_ministack(auth=True, account_id=ACCOUNT, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        stack = deploy_template(aws, PARAMETERS | {"StatisticsSchedule": "rate(1 day)"})
        trial = Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))
        queue = stack.outputs["FeedbackQueueArn"]
        aws.clients().connect("sesv2").create_email_identity(EmailIdentity="apple.example")
        close_to_ses(aws, publish_to(aws, queue, "pear.example", "closed"))
        publish_to(aws, queue, "plum.example", "raw", RawMessageDelivery="true")
        encrypt_without_grant(aws, publish_to(aws, queue, "quince.example", "encrypted"))
        publish_to(aws, queue, "medlar.example", "opt-in", region=OPT_IN_REGION)
        let_mail_be_known(trial, OPT_IN_REGION)
        yield trial


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_a_cause_is_not_found_and_the_refusal_is_logged(
    statement: Statement, trial: Trial
) -> None:
    cause, action = PROOFS[statement]
    if not causes_of(trial):
        check_anew(trial)
        everything = {name for name, _ in PROOFS.values()}
        await_that(lambda: everything <= causes_of(trial), "all was found with every statement")
    is_refused = work.logged(STATISTICS_FUNCTION, f'"action":"{action}"')(trial)
    with removed(trial.aws, trial.stack, statement):
        check_anew(trial)
        await_that(lambda: is_refused() or cause in causes_of(trial), "it was refused")
        assert is_refused()
        assert cause not in causes_of(trial)
    forget(trial)


def publish_to(
    aws: LocalAws, queue: str, identity: str, topic: str, region: str = REGION, **attributes: str
) -> str:
    """Make an identity whose topic sends the queue everything; return the topic."""
    clients = aws.clients()
    sns, ses = clients.connect("sns", region_name=region), clients.connect("ses", region_name=region)
    arn: str = sns.create_topic(Name=topic)["TopicArn"]
    put_policy(sns, arn, {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes=attributes)
    clients.connect("sesv2", region_name=region).create_email_identity(EmailIdentity=identity)
    for kind in KINDS:
        ses.set_identity_notification_topic(Identity=identity, NotificationType=kind, SnsTopic=arn)
    return arn


def close_to_ses(aws: LocalAws, topic: str) -> None:
    """Let nobody publish to a topic."""
    put_policy(aws.clients().sns, topic, {"Effect": "Deny", "Principal": "*"})


def encrypt_without_grant(aws: LocalAws, topic: str) -> None:
    """Encrypt a topic with a key that SES may not use."""
    administration = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [administration]})
    key = aws.clients().connect("kms").create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    aws.clients().sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)


def put_policy(sns: Any, topic: str, statement: dict[str, Any]) -> None:
    """Replace a topic's policy by one statement on publishing."""
    whole = {"Action": "sns:Publish", "Resource": topic, **statement}
    document = json.dumps({"Version": "2012-10-17", "Statement": [whole]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)


def let_mail_be_known(trial: Trial, region: str) -> None:
    """Put a sender of a Region into the registry: then the checks read it."""
    key = sender_key(SenderIdentity(ACCOUNT, region, "medlar.example"))
    table = trial.stack.resources["LedgerTable"]
    trial.aws.clients().dynamodb.put_item(TableName=table, Item=key_of_item(SENDERS, key))


def check_anew(trial: Trial) -> None:
    """Forget what was found, and let the schedule start the checks."""
    forget(trial)
    start(trial, STATISTICS_FUNCTION)


def forget(trial: Trial) -> None:
    """Delete what was found."""
    table = trial.stack.resources["LedgerTable"]
    for region in (REGION, OPT_IN_REGION):
        key = key_of_item("DIAGNOSES", f"{ACCOUNT}#{region}")
        trial.aws.clients().dynamodb.delete_item(TableName=table, Key=key)


def causes_of(trial: Trial) -> set[str]:
    """The names of the causes that are kept."""
    table = StatisticsTable(trial.aws.clients().dynamodb, trial.stack.resources["LedgerTable"])
    return {each.name for kept in table.read_diagnoses().values() for each in kept.found}
