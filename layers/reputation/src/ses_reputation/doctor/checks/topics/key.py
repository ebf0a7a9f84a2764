"""Whether SES may use the keys of encrypted topics."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.keys import KeyFault, fault_of
from ses_reputation.doctor.checks.topics.policy import SES
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import Topic, key_name
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import flows_by_topic
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find keys that keep SES from publishing (Amazon SES developer guide, "Configuring Amazon SNS
    notifications": a customer-managed key with SES's grant).
    """
    for arn, flows in sorted(flows_by_topic(setup).items()):
        topic = setup.topics.get(arn)
        key = setup.keys.get(key_name(arn, topic.key)) if topic and topic.key else None
        fault = fault_of(key, SES, [flow.source for flow in flows], setup.read_at) if key else None
        if topic and fault:
            yield _locked(topic, fault)


def _locked(topic: Topic, fault: KeyFault) -> Diagnosis:
    to_own_key = aws_command(
        "sns set-topic-attributes",
        topic.region,
        topic_arn=topic.arn,
        attribute_name="KmsMasterKeyId",
        attribute_value="KEY_ARN",
    )
    return Diagnosis(
        name=f"topic_key_{fault.kind}",
        severity=Severity.ERROR,
        account=topic.account,
        region=topic.region,
        subject=topic.arn,
        problem=f"Topic {topic.arn} is encrypted with {fault.problem}: {topic.key}.",
        why=f"SES cannot publish to it. {fault.why}",
        mend="Give the key SES's grant."
        if fault.commands
        else "Encrypt the topic with an enabled customer-managed key that grants SES kms:GenerateDataKey and "
        "kms:Decrypt.",
        commands=fault.commands or (to_own_key,),
        cuts=frozenset({topic.arn}),
    )
