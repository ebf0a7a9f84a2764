"""Stacks of an owner and a delegate on the local AWS: made, changed, broken, gone. Policies are enforced."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.account_stack import AccountStack, StackFailedError
from tests.support.waiting import await_that

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
def test_a_stack_that_fails_after_topics_were_set_gives_back_those_of_before(owner: AccountStack) -> None:
    before = topics_of_its_own(owner, ORCHARD)
    fail_late(owner)

    with pytest.raises(StackFailedError, match=r"unknown\.example: no identity of this account") as failed:
        owner.create(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}")

    assert "IdentityFeedback:" not in str(failed.value).replace("LateFeedback:", "")
    assert (owner.attributes(ORCHARD), owner.attributes(NEWS)) == (before, CLEAR)


@pytest.mark.local_aws
def test_an_update_that_is_rolled_back_gives_identities_the_topics_that_they_had(owner: AccountStack) -> None:
    """One that it added, and one that it took out and that had topics before the stack."""
    own = {NEWS: topics_of_its_own(owner, NEWS), HARBOR: topics_of_its_own(owner, HARBOR)}
    owner.create(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{HARBOR}")
    made = [owner.attributes(identity) for identity in (ORCHARD, HARBOR)]
    assert made[0] == made[1]

    fail_late(owner)
    with pytest.raises(StackFailedError, match=r"unknown\.example: no identity of this account"):
        owner.update(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}")

    assert owner.attributes(NEWS) == own[NEWS]
    assert [owner.attributes(identity) for identity in (ORCHARD, HARBOR)] == made

    owner.added = {}
    owner.update(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}")
    assert owner.attributes(HARBOR) == own[HARBOR]
    owner.delete()
    assert [owner.attributes(identity) for identity in (ORCHARD, NEWS)] == [CLEAR, own[NEWS]]


def topics_of_its_own(owner: AccountStack, identity: str) -> dict[str, Any]:
    """Give an identity topics as somebody did before there was a stack; return its attributes."""
    topic = open_topic(owner, f"own-{identity.partition('@')[0].partition('.')[0]}")
    for kind in ("Bounce", "Complaint"):
        owner.old_ses.set_identity_notification_topic(
            Identity=identity, NotificationType=kind, SnsTopic=topic
        )
    owner.old_ses.set_identity_feedback_forwarding_enabled(Identity=identity, ForwardingEnabled=False)
    return owner.attributes(identity)


def fail_late(owner: AccountStack) -> None:
    """Let the next change fail after the topics: the same function is asked for an unknown identity."""
    owner.added = {
        "LateFeedback": {
            "Type": "Custom::IdentityFeedback",
            "DependsOn": "IdentityFeedback",
            "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["ManageIdentityTopicsFunction", "Arn"]},
                "Identities": "unknown.example",
                "TopicArn": f"arn:aws:sns:us-east-1:{OWNER}:own-orchard",
            },
        }
    }


@pytest.mark.local_aws
def test_a_deletion_leaves_topics_that_somebody_changed_by_hand(owner: AccountStack) -> None:
    owner.create(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}")
    own = open_topic(owner, "by-hand")
    for kind in ("Bounce", "Complaint"):
        owner.old_ses.set_identity_notification_topic(Identity=ORCHARD, NotificationType=kind, SnsTopic=own)

    owner.delete()

    left = owner.attributes(ORCHARD)
    assert [left[f"{kind}Topic"] for kind in ("Bounce", "Complaint")] == [own, own]
    assert ("DeliveryTopic" in left, left["ForwardingEnabled"]) == (False, False)
    assert owner.attributes(NEWS) == CLEAR


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
        # SES tries the topic when the destination is made, so the key's grant has to be there by then.
        EncryptTopic="true",
    )
    assert key_of_topic(stack, outputs["FeedbackTopicArn"])

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


@pytest.mark.local_aws
def test_an_encrypted_topic_is_published_to_as_long_as_its_key_lets_ses_use_it(owner: AccountStack) -> None:
    outputs = owner.create(FeedbackQueueArn=QUEUE, Identities=ORCHARD, EncryptTopic="true")
    topic, key = outputs["FeedbackTopicArn"], key_of_topic(owner, outputs["FeedbackTopicArn"])
    arrived = subscribed_queue(owner, topic)

    send(owner, "with the grant")
    await_that(lambda: "with the grant" in arrived.subjects(), "SES published it")

    with_grant = owner.clients.connect("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    without = json.loads(with_grant)
    without["Statement"] = [each for each in without["Statement"] if each["Sid"] != "SesEncryptsFeedback"]
    assert len(without["Statement"]) == 1
    put_key_policy(owner, key, json.dumps(without))
    send(owner, "without it")
    put_key_policy(owner, key, with_grant)
    # SES forgets a topic that it could not publish to, so the next one is set anew.
    owner.old_ses.set_identity_notification_topic(Identity=ORCHARD, NotificationType="Bounce", SnsTopic=topic)
    send(owner, "with the grant again")
    await_that(lambda: "with the grant again" in arrived.subjects(), "SES published it")

    assert "without it" not in arrived.subjects()

    owner.update(FeedbackQueueArn=QUEUE, Identities=ORCHARD)
    assert "KmsMasterKeyId" not in owner.clients.sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    send(owner, "in the open")
    await_that(lambda: "in the open" in arrived.subjects(), "SES published it")


@pytest.mark.local_aws
def test_a_key_without_its_grant_is_named_when_ses_refuses_the_topic(owner: AccountStack) -> None:
    outputs = owner.create(FeedbackQueueArn=QUEUE, Identities=ORCHARD, EncryptTopic="true")
    key = key_of_topic(owner, outputs["FeedbackTopicArn"])
    administered = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    put_key_policy(owner, key, json.dumps({"Version": "2012-10-17", "Statement": [administered]}))

    with pytest.raises(StackFailedError, match=r"whose policy does not let ses\.amazonaws\.com use it"):
        owner.update(FeedbackQueueArn=QUEUE, Identities=f"{ORCHARD},{NEWS}", EncryptTopic="true")


@pytest.mark.local_aws
def test_a_set_that_a_tenant_has_fails_the_deletion_at_once_in_the_words_of_ses(aws: LocalAws) -> None:
    stack = AccountStack(aws, DELEGATE, "delegate-sender")
    stack.ses.create_email_identity(EmailIdentity="tenanted.example")
    stack.create(FeedbackQueueArn=QUEUE, OwnIdentities="tenanted.example")
    stack.ses.create_tenant(TenantName="cidery")
    associated = {
        "TenantName": "cidery",
        "ResourceArn": f"arn:aws:ses:us-east-1:{DELEGATE}:configuration-set/transactional",
    }
    stack.ses.create_tenant_resource_association(**associated)

    with pytest.raises(StackFailedError) as failed:
        stack.delete()
    assert str(failed.value).splitlines() == [
        f"TransactionalSet: Cannot delete {associated['ResourceArn']} because it has tenant associations. "
        "Remove all tenant associations and try again.",
        "connected: The following resource(s) failed to delete: [TransactionalSet].",
    ]

    stack.ses.delete_tenant_resource_association(**associated)
    stack.delete()
    assert stack.ses.list_configuration_sets()["ConfigurationSets"] == []
    assert not stack.ses.get_email_identity(EmailIdentity="tenanted.example").get("ConfigurationSetName")


class SubscribedQueue:
    """A queue that a topic delivers to, and the mail that what came is about."""

    def __init__(self, stack: AccountStack, topic: str) -> None:
        self._sqs = stack.clients.sqs
        self._url = self._sqs.create_queue(QueueName=f"heard-{topic.rpartition('-')[2]}".lower())["QueueUrl"]
        self._subjects: set[str] = set()
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        letting = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [letting]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        stack.clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def subjects(self) -> set[str]:
        """Subjects of the mail that came until now."""
        for each in self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", []):
            said = json.loads(json.loads(each["Body"])["Message"])
            if "mail" in said:
                self._subjects.add(said["mail"]["commonHeaders"]["subject"])
        return self._subjects


def subscribed_queue(stack: AccountStack, topic: str) -> SubscribedQueue:
    return SubscribedQueue(stack, topic)


def open_topic(stack: AccountStack, name: str) -> str:
    """Make a topic of the account's own, which SES may publish to."""
    topic = stack.clients.sns.create_topic(Name=name)["TopicArn"]
    letting = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    stack.clients.sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [letting]}),
    )
    return topic


def key_of_topic(stack: AccountStack, topic: str) -> str:
    attributes: Any = stack.clients.sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    return str(attributes["KmsMasterKeyId"])


def put_key_policy(stack: AccountStack, key: str, policy: str) -> None:
    stack.clients.connect("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


def send(stack: AccountStack, subject: str) -> None:
    stack.ses.send_email(
        FromEmailAddress=f"orders@{ORCHARD}",
        Destination={"ToAddresses": ["bounce@simulator.amazonses.com"]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": "It is here."}}}},
    )
