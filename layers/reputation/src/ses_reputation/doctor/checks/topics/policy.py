"""Whether topics let SES publish for each identity and configuration set."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ses_reputation.authorization.evaluation import PolicyRequest
from ses_reputation.doctor.checks.policies import explain, is_refused, service_request
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import Topic
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import Flow, flows_by_topic
from ses_reputation.doctor.mends import merged_policy, set_topic_policy

SES = "ses.amazonaws.com"


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find topics whose policy keeps SES out.

    SES names the identity for an identity's topics, and the configuration set for event destinations (Amazon
    SES developer guide, "Configuring Amazon SNS notifications" and "Set up an Amazon SNS event destination").
    """
    for arn, flows in sorted(flows_by_topic(setup).items()):
        topic = setup.topics.get(arn)
        if topic is None:
            continue
        refused = [flow for flow in flows if is_refused(topic.policy, _request(setup, flow))]
        if refused:
            yield _closed(setup, topic, refused)


def _request(setup: Setup, flow: Flow) -> PolicyRequest:
    return service_request(SES, "sns:Publish", flow.topic, flow.source, setup.read_at)


def _closed(setup: Setup, topic: Topic, refused: Sequence[Flow]) -> Diagnosis:
    why = " ".join(dict.fromkeys(explain(topic.policy, _request(setup, flow)) for flow in refused))
    return Diagnosis(
        name="topic_closed_to_ses",
        severity=Severity.ERROR,
        account=topic.account,
        region=topic.region,
        subject=topic.arn,
        problem=f"The policy of topic {topic.arn} does not let SES publish to it.",
        why=f"{why} {_WHAT_SES_NAMES}" if "aws:sourcearn" in why.lower() else why,
        mend="Set the policy that it has with SES's statement added; a statement of the same Sid is "
        "replaced.",
        commands=(set_topic_policy(topic.arn, merged_policy(topic.policy, [_statement(topic, refused)])),),
        cuts=frozenset(flow.publishing for flow in refused),
    )


_WHAT_SES_NAMES = (
    "As aws:SourceArn SES names the identity, where it is an identity's topic, and the configuration set for "
    "an event destination: a topic for both has to let in both."
)


def _statement(topic: Topic, refused: Sequence[Flow]) -> Mapping[str, Any]:
    return {
        "Sid": "SesPublishes",
        "Effect": "Allow",
        "Principal": {"Service": SES},
        "Action": "sns:Publish",
        "Resource": topic.arn,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": sorted({flow.account for flow in refused})},
            "ArnLike": {"aws:SourceArn": sorted({flow.source for flow in refused})},
        },
    }
