"""Whether a subscription's filter keeps feedback out."""

from collections.abc import Iterator, Mapping
from typing import Any

from ses_reputation.authorization.policy_document import listed
from ses_reputation.doctor.checks.subscriptions.ways import Way, ways_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import TopicSubscription
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import Flow, delivery_link, in_words
from ses_reputation.doctor.mends import aws_command
from ses_reputation.json_text import parse_json

_TYPE_KEYS = frozenset({"eventType", "notificationType"})
_KEPT_OUT = (
    "What a filter keeps out is gone: SNS counts it as filtered, and delivers it to no dead-letter queue."
)


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find filters that certainly keep feedback out, and say which.

    SES's messages have no attributes, which is what a filter looks at unless its scope is MessageBody (Amazon
    SNS developer guide, "Message filter policy scope").
    """
    for way in ways_of(setup):
        subscription = way.subscription
        if subscription is None or subscription.is_pending or not subscription.filter_policy:
            continue
        if subscription.filter_scope == "MessageBody":
            yield from _of_body(way, subscription)
        else:
            yield _of_attributes(setup, way, subscription)


def _of_attributes(setup: Setup, way: Way, subscription: TopicSubscription) -> Diagnosis:
    why = "Its scope is MessageAttributes, and SES's messages carry none: nothing passes. " + _KEPT_OUT
    cuts = frozenset({delivery_link(way.topic.arn, setup.queue_arn)})
    return _filtering(way, subscription, ("filter_on_attributes", "everything", why), cuts)


def _of_body(way: Way, subscription: TopicSubscription) -> Iterator[Diagnosis]:
    kept_out = {flow.publishing: _kept_out(subscription, flow) for flow in way.flows}
    if not any(kept_out.values()):
        return
    lost = [
        f"{in_words(kept_out[flow.publishing])} of {flow.title}"
        for flow in way.flows
        if kept_out[flow.publishing]
    ]
    cuts = frozenset(
        flow.publishing for flow in way.flows if len(kept_out[flow.publishing]) == len(flow.kinds)
    )
    why = (
        "Identities' notifications have notificationType, those of configuration sets eventType: a filter on "
        "one drops all of the other. " + _KEPT_OUT
    )
    yield _filtering(way, subscription, ("filter_on_body", "; ".join(lost), why), cuts)


def _filtering(
    way: Way, subscription: TopicSubscription, text: tuple[str, str, str], cuts: frozenset[str]
) -> Diagnosis:
    name, lost, why = text
    return Diagnosis(
        name=name,
        severity=Severity.ERROR,
        account=subscription.owner,
        region=way.topic.region,
        subject=way.topic.arn,
        problem=f"The filter on the subscription of the ledger's queue to {way.topic.arn} keeps out {lost}.",
        why=f"{why} The filter is {subscription.filter_policy}.",
        mend="Remove the filter: the ledger ignores by name what it does not count.",
        commands=(
            aws_command(
                "sns set-subscription-attributes",
                way.topic.region,
                subscription_arn=subscription.arn,
                attribute_name="FilterPolicy",
                attribute_value="{}",
            ),
        ),
        cuts=cuts,
    )


def _kept_out(subscription: TopicSubscription, flow: Flow) -> list[str]:
    """Return the kinds of a flow's events that certainly do not pass."""
    try:
        policy = parse_json(subscription.filter_policy or "{}")
    except ValueError:
        return []
    if not isinstance(policy, Mapping):
        return []
    return [kind for kind in flow.kinds if _is_kept_out(policy, {flow.type_key: kind})]


def _is_kept_out(policy: Mapping[str, Any], types: Mapping[str, str]) -> bool:
    """Return whether one of the conditions on a type is certainly not met: all have to be.

    Of other fields, which depend on the mail, nothing is known.
    """
    return any(
        not any(_may_match(condition, types.get(key)) for condition in listed(policy[key]))
        for key in _TYPE_KEYS & policy.keys()
    )


def _may_match(condition: Any, value: str | None) -> bool:
    """Return whether a condition holds for a value, None where the message has no such field, or may hold.

    Amazon SNS developer guide, "Filter policy constraints".
    """
    if isinstance(condition, Mapping):
        if "exists" in condition:
            return bool(condition["exists"]) == (value is not None)
        if value is not None and "prefix" in condition:
            return value.startswith(str(condition["prefix"]))
        if value is not None and isinstance(condition.get("anything-but"), list | str):
            return value not in listed(condition["anything-but"])
        return value is not None
    return condition == value and value is not None
