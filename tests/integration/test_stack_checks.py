"""Stacks on the local AWS refuse what cannot work, in words that say what to do. Policies are enforced."""

from collections.abc import Iterator

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.errors import DeploymentError
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.account_stack import AccountStack, StackFailedError
from tests.support.aws.local_aws import PARAMETERS

pytestmark = pytest.mark.local_aws

ACCOUNT, ORCHARD = "111111111111", "orchard.example"
QUEUE = "arn:aws:sqs:us-east-1:444444444444:feedback"
GOVERNMENT = "arn:aws-us-gov:sqs:us-gov-west-1:444444444444:feedback"
REFUSED = r"StackCheck: .*a queue in the partition aws-us-gov, and this stack is in aws: SNS does not deliver"


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with (
        SesStandIn(default_account=ACCOUNT) as ses,
        start_ministack(account_id=ACCOUNT, auth=True, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        aws.clients("444444444444").sqs.create_queue(QueueName="feedback")
        aws.clients().connect("sesv2").create_email_identity(EmailIdentity=ORCHARD)
        yield aws


def test_an_owners_stack_refuses_a_queue_of_another_partition_before_its_identity_changes(
    aws: LocalAws,
) -> None:
    stack = AccountStack(aws, ACCOUNT, "identity-owner", name="owner")
    before = stack.attributes(ORCHARD)

    with pytest.raises(StackFailedError, match=REFUSED):
        stack.create(FeedbackQueueArn=GOVERNMENT, Identities=ORCHARD, Delegates="222222222222")

    assert (stack.attributes(ORCHARD), stack.policies(ORCHARD)) == (before, {})
    stack.remove()


def test_a_delegates_stack_refuses_it_before_it_makes_a_set(aws: LocalAws) -> None:
    stack = AccountStack(aws, ACCOUNT, "delegate-sender", name="delegate")

    with pytest.raises(StackFailedError, match=REFUSED):
        stack.create(FeedbackQueueArn=GOVERNMENT)

    assert stack.ses.list_configuration_sets()["ConfigurationSets"] == []
    stack.remove()


def test_a_stack_that_works_refuses_the_change_to_such_a_queue_and_stays_as_it_is(aws: LocalAws) -> None:
    stack = AccountStack(aws, ACCOUNT, "identity-owner", name="changed")
    topic = stack.create(FeedbackQueueArn=QUEUE, Identities=ORCHARD)["FeedbackTopicArn"]

    with pytest.raises(StackFailedError, match=REFUSED):
        stack.update(FeedbackQueueArn=GOVERNMENT, Identities=ORCHARD)

    assert stack.attributes(ORCHARD)["BounceTopic"] == topic
    stack.delete()


def test_the_ledgers_stack_refuses_two_lists_that_only_together_do_not_fit(aws: LocalAws) -> None:
    first, second = (",".join(f"{n:012d}" for n in range(start, start + 150)) for start in (1, 501))

    with pytest.raises(DeploymentError, match="300 accounts besides the ledger's own: the policy of the"):
        deploy_template(aws, PARAMETERS | {"OwnerAccounts": first, "DelegateAccounts": second})
