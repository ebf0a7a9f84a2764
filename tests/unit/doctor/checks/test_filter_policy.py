"""Which feedback a subscription's filter certainly keeps out."""

import json
from typing import Any

import pytest

from ses_reputation.doctor.checks.subscriptions.filter_policy import check
from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.messaging import TopicSubscription
from tests.support.doctor_facts import (
    DELEGATE_TOPIC,
    LEDGER,
    OWNER_TOPIC,
    QUEUE,
    sound_setup,
    topic,
)


def problems(policy: Any, arn: str = DELEGATE_TOPIC, scope: str = "MessageBody") -> list[str]:
    subscription = TopicSubscription(
        QUEUE, f"{arn}:1", LEDGER, filter_policy=json.dumps(policy), filter_scope=scope
    )
    facts = {each: topic(each) for each in (OWNER_TOPIC, DELEGATE_TOPIC)}
    facts[arn] = topic(arn, subscriptions=(subscription,))
    return [each.problem.partition("keeps out ")[2] for each in check(sound_setup(topics=Listing(facts)))]


def test_a_filter_on_attributes_keeps_everything_out() -> None:
    assert problems({"eventType": ["Bounce"]}, scope="MessageAttributes") == ["everything."]


@pytest.mark.parametrize(
    ("policy", "lost"),
    [
        ({"eventType": [{"anything-but": ["Send"]}]}, "Send"),
        ({"eventType": [{"prefix": "De"}]}, "Send, Reject, Bounce, Complaint and Rendering Failure"),
        (
            {"eventType": ["Send", "Reject", "Bounce", "Complaint", "Delivery", "Rendering Failure"]},
            "DeliveryDelay",
        ),
    ],
)
def test_the_kinds_that_it_keeps_out_are_named(policy: Any, lost: str) -> None:
    assert [each.partition(" of configuration set")[0] for each in problems(policy)] == [lost]


@pytest.mark.parametrize(
    "policy",
    [
        {"eventType": [{"exists": True}]},
        {"notificationType": [{"exists": False}]},
        {"eventType": [{"equals-ignore-case": "bounce"}]},
        {"mail": {"source": ["a@orchard.example"]}},
        [],
    ],
)
def test_what_may_pass_is_not_said_to_be_kept_out(policy: Any) -> None:
    assert problems(policy) == []


def test_a_filter_on_event_types_keeps_an_identity_out_whole() -> None:
    assert problems({"eventType": ["Bounce"]}, OWNER_TOPIC) == [
        "Bounce, Complaint and Delivery of orchard.example in eu-west-1 (the owner's feed)."
    ]
