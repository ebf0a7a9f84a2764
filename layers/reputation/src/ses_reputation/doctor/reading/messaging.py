"""Reads topics, their subscriptions, the ledger's queue and the keys of both."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ses_reputation.doctor.facts.messaging import EncryptionKey, Queue, Topic, TopicSubscription
from ses_reputation.doctor.reading.asking import Asker

ConnectTo = Callable[[str, str, str], Any]
"""Makes a client: of an account, a service and a Region. Raises UnavailableError where there is no way in."""
_NO_TOPIC = frozenset({"NotFound", "NotFoundException"})
_MANAGED_BY_AWS = "alias/aws/"
_DELETED = "Deleted"
DEAD_LETTER_TAG = "ses-reputation:dead-letter-queue"
"""The tag by which a topic of our templates names the queue for what could not be delivered."""


def read_topic(asker: Asker, connect: ConnectTo, arn: str, queue_arn: str) -> tuple[Topic | None, bool]:
    """Return a topic with the queue's subscriptions, and whether it is certain that it does not exist."""
    region, account = arn.split(":")[3:5]
    sns = asker.ask("sts:AssumeRole", f"{account} in {region}", lambda: connect(account, "sns", region))
    if sns is None:
        return None, False
    fields, is_absent = asker.ask_for(
        "sns:GetTopicAttributes", arn, partial(sns.get_topic_attributes, TopicArn=arn), _NO_TOPIC
    )
    if fields is None:
        return None, is_absent
    attributes = fields["Attributes"]
    listed = asker.ask_for_all(
        "sns:ListSubscriptionsByTopic", arn, sns.list_subscriptions_by_topic, "Subscriptions", TopicArn=arn
    )
    own = (
        None
        if listed is None
        else tuple(_subscription(asker, connect, each) for each in listed if each["Endpoint"] == queue_arn)
    )
    # A subscription that is made again is to have the dead-letter queue of the one before.
    is_heard = own is None or any(each.arn and not each.is_pending for each in own)
    aside = "" if is_heard else _dead_letter_queue(asker, sns, arn)
    return Topic(arn, attributes.get("Policy", ""), attributes.get("KmsMasterKeyId", ""), own, aside), False


def _dead_letter_queue(asker: Asker, sns: Any, topic: str) -> str:
    read = partial(sns.list_tags_for_resource, ResourceArn=topic)
    tags = (asker.ask("sns:ListTagsForResource", topic, read) or {}).get("Tags", ())
    return next((str(each["Value"]) for each in tags if each["Key"] == DEAD_LETTER_TAG), "")


def _subscription(asker: Asker, connect: ConnectTo, listed: Mapping[str, str]) -> TopicSubscription:
    """Return a subscription as its owner sees it: the account that subscribed."""
    arn, endpoint = listed["SubscriptionArn"], listed["Endpoint"]
    owner = listed.get("Owner") or listed["TopicArn"].split(":")[4]
    if arn == _DELETED:
        return TopicSubscription(endpoint, "", owner, is_deleted=True)
    if not arn.startswith("arn:"):
        return TopicSubscription(endpoint, "", owner, is_pending=True)
    region = arn.split(":")[3]
    fields = asker.ask(
        "sns:GetSubscriptionAttributes",
        arn,
        lambda: connect(owner, "sns", region).get_subscription_attributes(SubscriptionArn=arn),
    )
    if fields is None:
        return TopicSubscription(endpoint, arn, owner, is_raw=None, filter_policy=None)
    attributes = fields["Attributes"]
    return TopicSubscription(
        endpoint,
        arn,
        owner,
        is_pending=attributes.get("PendingConfirmation", "false").lower() == "true",
        is_raw=attributes.get("RawMessageDelivery", "false").lower() == "true",
        filter_policy=""
        if attributes.get("FilterPolicy") in {None, "", "{}"}
        else attributes["FilterPolicy"],
        filter_scope=attributes.get("FilterPolicyScope") or "MessageAttributes",
    )


def read_queue(asker: Asker, sqs: Any, url: str) -> Queue | None:
    """Return the ledger's queue; None where it could not be read."""
    fields = asker.ask(
        "sqs:GetQueueAttributes",
        url,
        lambda: sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["QueueArn", "Policy", "KmsMasterKeyId"]
        ),
    )
    attributes = (fields or {}).get("Attributes")
    if not attributes:
        return None
    return Queue(
        attributes["QueueArn"], url, attributes.get("Policy", ""), attributes.get("KmsMasterKeyId", "")
    )


def read_key(asker: Asker, connect: ConnectTo, resource: str, key: str) -> EncryptionKey | None:
    """Return the key that a topic or queue (an ARN) names; None where it could not be read.

    key: an id, an alias or an ARN. AWS's own are known by their alias (AWS KMS guide, "AWS managed keys").
    """
    region, account = resource.split(":")[3:5]
    if _MANAGED_BY_AWS in key:
        return EncryptionKey(key, is_managed_by_aws=True, state="Enabled", policy="")
    kms = asker.ask("sts:AssumeRole", f"{account} in {region}", lambda: connect(account, "kms", region))
    if kms is None:
        return None
    subject = f"{resource} ({key})"
    described = asker.ask("kms:DescribeKey", subject, partial(kms.describe_key, KeyId=key))
    if described is None:
        return None
    fields = described["KeyMetadata"]
    arn, state = fields["Arn"], fields.get("KeyState", "Enabled")
    if fields.get("KeyManager") == "AWS":
        return EncryptionKey(arn, is_managed_by_aws=True, state=state, policy="")
    read = partial(kms.get_key_policy, KeyId=fields["KeyId"], PolicyName="default")
    policy = asker.ask("kms:GetKeyPolicy", arn, read)
    return None if policy is None else EncryptionKey(arn, False, state, policy["Policy"])
