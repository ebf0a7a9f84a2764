"""SNS topics as SES sees them: may it publish there for this identity or set, and if not, why.

Sources: https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html and
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html; facts F8 to F10.
"""

import re

from botocore.exceptions import ClientError

from console.local_aws.ses_stand_in.policy_evaluation import lets_ses
from console.local_aws.ses_stand_in.world import SesWorld

_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_.-]+)")
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def why_not(world: SesWorld, topic_arn: str, source_arn: str) -> str:
    """Return why SES cannot publish to a topic for an identity or a configuration set; "" where it can.

    The reasons are for people who debug the stand-in: SES says none of them. Without a surrounding AWS only
    the ARN is looked at.
    """
    misplaced = _why_arn_refuses(topic_arn, source_arn)
    _, _, _, region, account_id, *_ = topic_arn.split(":") if not misplaced else [""] * 6
    sns = None if misplaced else world.client("sns", account_id, region)
    if sns is None:
        return misplaced
    try:
        attributes = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    except ClientError:
        return "there is no such topic"
    source_account = source_arn.split(":")[4]
    if not lets_ses(attributes.get("Policy", ""), "sns:Publish", topic_arn, source_arn, source_account):
        return "the topic's policy does not let SES publish"
    return _why_key_refuses(world, attributes.get("KmsMasterKeyId", ""), topic_arn, source_arn)


def publish(world: SesWorld, topic_arn: str, source_arn: str, message: str, subject: str = "") -> bool:
    """Publish a message, and return whether it was: False where SES may not, or the topic is gone."""
    if why_not(world, topic_arn, source_arn):
        return False
    _, _, _, region, account_id, _ = topic_arn.split(":", 5)
    sns = world.client("sns", account_id, region)
    if sns is None:
        return True
    try:
        sns.publish(TopicArn=topic_arn, Message=message, **({"Subject": subject} if subject else {}))
    except ClientError:
        return False
    return True


def _why_arn_refuses(topic_arn: str, source_arn: str) -> str:
    found, source_region = _TOPIC.fullmatch(topic_arn), source_arn.split(":")[3]
    if found is None:
        return "it is not the ARN of a topic"
    if found[1] != source_region:
        return f"the topic is in {found[1]}, not in {source_region}"
    return "it is a FIFO topic" if found[3].endswith(".fifo") else ""


def _why_key_refuses(world: SesWorld, key_id: str, topic_arn: str, source_arn: str) -> str:
    if not key_id:
        return ""
    _, _, _, region, account_id, _ = topic_arn.split(":")
    if key_id.startswith("alias/aws/"):
        return "the topic is encrypted with a key of AWS, which cannot grant SES anything"
    kms = world.client("kms", account_id, region)
    if kms is None:
        return ""
    try:
        key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
        policy = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    except ClientError:
        return "the topic's key cannot be found"
    source_account = source_arn.split(":")[4]
    if all(lets_ses(policy, action, key["Arn"], source_arn, source_account) for action in _KEY_ACTIONS):
        return ""
    return "the policy of the topic's key does not let SES use it"
