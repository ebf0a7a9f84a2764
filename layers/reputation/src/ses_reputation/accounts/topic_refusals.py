"""Why SES does not take a topic: it has one code for all causes, so the topic itself is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ses_reputation.authorization.evaluation import PolicyRequest, evaluate

SES = "ses.amazonaws.com"


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What was read of a topic. attributes: as SNS has them; None where there is no such topic.

    key_policy: of the key that encrypts it; "" where it has none, None where it could not be read.
    """

    arn: str
    attributes: Mapping[str, str] | None
    key_policy: str | None = ""


def topic_faults(facts: TopicFacts, source_arn: str) -> Iterator[str]:
    """Yield each reason that SES has not to publish to a topic for an identity or configuration set.

    Topics must be standard, in the identity's Region, and let SES publish; a key must let SES use it (Amazon
    SES developer guide, "Configuring Amazon SNS notifications"). source_arn: of the identity or set.
    """
    _, partition, _, region, account, *_ = source_arn.split(":")
    topic_region = facts.arn.split(":")[3]
    if topic_region != region:
        yield f"the topic is in {topic_region}, and the identity in {region}: SES needs one in {region}"
        return
    if facts.arn.endswith(".fifo"):
        yield "it is a FIFO topic, and SES publishes to standard topics only"
    if facts.attributes is None:
        yield "there is no such topic"
        return
    context = {
        "aws:SourceAccount": (account,),
        "aws:SourceArn": (source_arn,),
        "aws:SecureTransport": ("true",),
    }
    if not _allows(facts.attributes.get("Policy", ""), "sns:Publish", facts.arn, context):
        yield f"its policy does not let {SES} publish for {source_arn}"
    key = facts.attributes.get("KmsMasterKeyId", "")
    if key:
        yield from _key_faults(
            key, facts.key_policy, f"arn:{partition}:kms:{region}:{account}:key/*", context
        )


def _key_faults(
    key: str, policy: str | None, arn: str, context: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    if key.endswith("alias/aws/sns"):
        yield f"it is encrypted with alias/aws/sns, which {SES} cannot be allowed to use"
    elif policy is None:
        yield f"it is encrypted with {key}, whose policy could not be read: does it let {SES} use it?"
    elif not all(_allows(policy, f"kms:{action}", arn, context) for action in ("GenerateDataKey", "Decrypt")):
        yield f"it is encrypted with {key}, whose policy does not let {SES} use it"


def _allows(policy: Any, action: str, resource: str, context: Mapping[str, tuple[str, ...]]) -> bool:
    try:
        return evaluate(policy, PolicyRequest(SES, action, resource, context)).is_allowed
    except ValueError:
        return False
