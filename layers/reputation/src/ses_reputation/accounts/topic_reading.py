"""The topic of a stack, read to find out why SES refused it."""

from collections.abc import Callable
from typing import Any

from ses_reputation.accounts.topic_refusals import TopicFacts
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError

_GONE = ("NotFound", "NotFoundException")


def read_topic(connect: Callable[..., Any], topic_arn: str) -> TopicFacts:
    """Read a topic's attributes and the policy of its key. Raises UnavailableError where SNS does not answer.

    connect: makes clients as aws/clients.py does.
    """
    region = topic_arn.split(":")[3]
    try:
        with translating_aws_errors():
            sns = connect("sns", region_name=region)
            attributes = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    except UnavailableError as error:
        if str(error) in _GONE:
            return TopicFacts(topic_arn, None)
        raise
    key = attributes.get("KmsMasterKeyId", "")
    return TopicFacts(topic_arn, attributes, _read_key_policy(connect, key, region))


def _read_key_policy(connect: Callable[..., Any], key: str, region: str) -> str | None:
    if not key or key.endswith("alias/aws/sns"):
        return ""
    try:
        with translating_aws_errors():
            kms = connect("kms", region_name=region)
            return str(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    except UnavailableError:
        return None
