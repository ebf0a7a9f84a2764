"""The stacks of an owner and of a delegate on the local AWS, policies enforced: made, changed, broken, gone."""

from collections.abc import Iterator

import pytest

from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.account_stack import AccountStack

OWNER, DELEGATE, LEDGER = "111111111111", "222222222222", "444444444444"
ORCHARD, NEWS = "orchard.example", "news@orchard.example"
QUEUE = f"arn:aws:sqs:us-east-1:{LEDGER}:feedback"


@pytest.fixture(scope="module")
def ses() -> Iterator[SesStandIn]:
    with SesStandIn(default_account=OWNER) as ses:
        yield ses


@pytest.fixture(scope="module")
def aws(ses: SesStandIn) -> Iterator[LocalAws]:
    with start_ministack(account_id=OWNER, auth=True, ses_endpoint_url=ses.endpoint_url) as aws:
        ses.publish_through(aws)
        aws.clients(LEDGER).sqs.create_queue(QueueName="feedback")
        yield aws


@pytest.fixture
def owner(aws: LocalAws) -> Iterator[AccountStack]:
    stack = AccountStack(aws, OWNER, "identity-owner")
    for identity in (ORCHARD, NEWS, "harbor.example"):
        stack.ses.create_email_identity(EmailIdentity=identity)
    yield stack
    stack.remove()
    for identity in (ORCHARD, NEWS, "harbor.example"):
        stack.ses.delete_email_identity(EmailIdentity=identity)


@pytest.mark.local_aws
def test_probe(owner: AccountStack) -> None:
    outputs = owner.create(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}", Delegates=DELEGATE)
    print(outputs, owner.attributes(ORCHARD))
    print(owner.policies(ORCHARD))
    owner.update(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},harbor.example", Delegates="333333333333")
    print(owner.attributes(ORCHARD), owner.attributes(NEWS), owner.policies(ORCHARD), owner.policies(NEWS))
    owner.delete()
    print(owner.attributes(ORCHARD), owner.attributes(NEWS), owner.policies(ORCHARD), owner.policies(NEWS))
    assert 0
