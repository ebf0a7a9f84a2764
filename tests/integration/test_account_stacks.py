"""Stacks of an owner and a delegate on the local AWS: made, changed, broken, gone. Policies are enforced."""

from collections.abc import Iterator

import pytest

from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.account_stack import AccountStack, StackFailedError

OWNER, DELEGATE, LEDGER = "111111111111", "222222222222", "444444444444"
ORCHARD, NEWS, HARBOR = "orchard.example", "news@orchard.example", "harbor.example"
KINDS = ("Bounce", "Complaint", "Delivery")
CLEAR = {"ForwardingEnabled": True} | {f"HeadersIn{kind}NotificationsEnabled": False for kind in KINDS}
REPUTATION = {
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "DELIVERY_DELAY",
    "RENDERING_FAILURE",
}
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
    for identity in (ORCHARD, NEWS, HARBOR):
        stack.ses.create_email_identity(EmailIdentity=identity)
    yield stack
    stack.remove()
    for identity in (ORCHARD, NEWS, HARBOR):
        stack.ses.delete_email_identity(EmailIdentity=identity)


@pytest.mark.local_aws
def test_an_owners_stack_connects_its_identities_and_lets_its_delegates_send(
    owner: AccountStack, aws: LocalAws
) -> None:
    outputs = owner.create(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}", Delegates=DELEGATE)
    topic = outputs["FeedbackTopicArn"]
    for identity in (ORCHARD, NEWS):
        attributes = owner.attributes(identity)
        assert [attributes[f"{kind}Topic"] for kind in KINDS] == [topic] * 3
        assert attributes["ForwardingEnabled"] is False
        assert owner.policies(identity).keys() == {f"ses-reputation-{DELEGATE}"}
    (subscription,) = owner.clients.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("sqs", QUEUE)

    owner.update(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{HARBOR}", Delegates="333333333333")
    assert owner.attributes(NEWS) == CLEAR
    assert owner.attributes(HARBOR)["BounceTopic"] == owner.attributes(ORCHARD)["BounceTopic"] == topic
    assert owner.policies(ORCHARD).keys() == owner.policies(HARBOR).keys() == {"ses-reputation-333333333333"}
    assert owner.policies(NEWS) == {}

    owner.delete()
    assert [owner.attributes(identity) for identity in (ORCHARD, NEWS, HARBOR)] == [CLEAR] * 3
    assert owner.policies(ORCHARD) == owner.policies(HARBOR) == {}


@pytest.mark.local_aws
def test_a_stack_that_fails_rolls_back_and_says_why(owner: AccountStack) -> None:
    with pytest.raises(StackFailedError, match=r"unknown\.example: no identity of this account in us-east-1"):
        owner.create(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},unknown.example")

    assert owner.attributes(ORCHARD) == CLEAR


@pytest.mark.local_aws
def test_a_failed_update_restores_what_was_there(owner: AccountStack) -> None:
    owner.create(FeedbackQueueArn=QUEUE, Identities=ORCHARD)
    before = owner.attributes(ORCHARD)

    with pytest.raises(StackFailedError, match=r"unknown\.example"):
        owner.update(FeedbackQueueArn=QUEUE, Identities=f"{NEWS},unknown.example")

    assert (owner.attributes(ORCHARD), owner.attributes(NEWS)) == (before, CLEAR)


@pytest.mark.local_aws
def test_a_resource_that_is_renamed_keeps_the_topics(owner: AccountStack) -> None:
    owner.create(FeedbackQueueArn=QUEUE, Identities=ORCHARD)
    before = owner.attributes(ORCHARD)
    owner.rename = {"IdentityFeedback": "RenamedFeedback"}

    owner.update(FeedbackQueueArn=QUEUE, Identities=ORCHARD)

    assert owner.attributes(ORCHARD) == before


@pytest.mark.local_aws
def test_a_delegates_stack_reports_its_sets_by_a_topic_and_sends_through_pools(aws: LocalAws) -> None:
    stack = AccountStack(aws, DELEGATE, "delegate-sender")
    stack.ses.create_email_identity(EmailIdentity="courier.example")
    outputs = stack.create(
        FeedbackQueueArn=QUEUE,
        MarketingSetName="marketing",
        TransactionalPoolName="receipts",
        MarketingPoolName="news",
        OwnIdentities="courier.example",
    )

    assert (outputs["TransactionalSetName"], outputs["MarketingSetName"]) == ("transactional", "marketing")
    for name, pool in (("transactional", "receipts"), ("marketing", "news")):
        (found,) = stack.ses.get_configuration_set_event_destinations(ConfigurationSetName=name)[
            "EventDestinations"
        ]
        assert found["SnsDestination"] == {"TopicArn": outputs["FeedbackTopicArn"]}
        assert set(found["MatchingEventTypes"]) == REPUTATION
        options = stack.ses.get_configuration_set(ConfigurationSetName=name)["DeliveryOptions"]
        assert options["SendingPoolName"] == pool
        assert stack.ses.get_dedicated_ip_pool(PoolName=pool)["DedicatedIpPool"]["ScalingMode"] == "MANAGED"
    identity = stack.ses.get_email_identity(EmailIdentity="courier.example")
    assert identity["ConfigurationSetName"] == "transactional"

    stack.delete()
    identity = stack.ses.get_email_identity(EmailIdentity="courier.example")
    assert not identity.get("ConfigurationSetName")
    assert stack.ses.list_configuration_sets()["ConfigurationSets"] == []
