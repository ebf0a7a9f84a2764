"""What each feed is set up to report is read from SES; what cannot be read is taken as set up, and said."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.feed_setup import (
    NEEDED,
    FeedbackKind,
    FeedSetup,
    read_owner_setup,
    read_sender_setup,
)

TOPIC = "arn:aws:sns:eu-west-1:111111111111:feedback"
EVERYTHING = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE"]
REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Read")


def topics(**of_identity: str | None) -> Any:
    answer = {"NotificationAttributes": {"orchard.example": of_identity} if of_identity else {}}
    return SimpleNamespace(get_identity_notification_attributes=lambda **_request: answer)


def destinations(*found: Mapping[str, Any]) -> Any:
    answer = {"EventDestinations": list(found)}
    return SimpleNamespace(get_configuration_set_event_destinations=lambda **_request: answer)


def destination(*types: str, **changed: Any) -> dict[str, Any]:
    sound = {"Name": "a", "Enabled": True, "MatchingEventTypes": list(types)}
    return sound | {"SnsDestination": {"TopicArn": TOPIC}} | changed


def test_an_identity_reports_the_kinds_that_it_has_topics_for() -> None:
    found = read_owner_setup(
        topics(BounceTopic=TOPIC, ComplaintTopic=TOPIC, ForwardingEnabled="true"), "orchard.example"
    )

    kinds = frozenset({FeedbackKind.BOUNCE, FeedbackKind.COMPLAINT})
    assert found == FeedSetup(Feed.OWNER, kinds, topics=frozenset({TOPIC}))
    assert found.lacking == frozenset()


def test_an_identity_that_ses_does_not_know_reports_nothing() -> None:
    assert read_owner_setup(topics(), "orchard.example").kinds == frozenset()


def test_a_lost_topic_leaves_deliveries_alone_and_lacks_the_rest() -> None:
    found = read_owner_setup(topics(DeliveryTopic=TOPIC, ForwardingEnabled="true"), "orchard.example")

    assert found.kinds == {FeedbackKind.DELIVERY}
    assert found.lacking == {FeedbackKind.BOUNCE, FeedbackKind.COMPLAINT}


@pytest.mark.parametrize(
    ("found", "lacking"),
    [
        (destination(*EVERYTHING), set()),
        (destination("BOUNCE", "COMPLAINT"), {"send", "delivery"}),
        (destination(*EVERYTHING, Enabled=False), {"send", "delivery", "bounce", "complaint"}),
        (destination(*EVERYTHING, SnsDestination=None), {"send", "delivery", "bounce", "complaint"}),
    ],
)
def test_a_set_reports_what_its_enabled_destinations_publish_to_topics(
    found: dict[str, Any], lacking: set[str]
) -> None:
    assert read_sender_setup(destinations(found), "courier").lacking == lacking


def test_several_destinations_of_a_set_complete_each_other() -> None:
    several = destinations(destination("SEND", "DELIVERY"), destination("BOUNCE", "COMPLAINT"))

    assert read_sender_setup(several, "courier").lacking == set()


def test_what_may_not_be_read_is_expected_and_the_obstacle_is_kept() -> None:
    def refuse(**_request: Any) -> None:
        raise REFUSED

    owner = read_owner_setup(SimpleNamespace(get_identity_notification_attributes=refuse), "orchard.example")
    sender: Any = SimpleNamespace(get_configuration_set_event_destinations=refuse)

    assert (owner.kinds, owner.obstacle) == (
        NEEDED[Feed.OWNER],
        "GetIdentityNotificationAttributes AccessDenied",
    )
    assert read_sender_setup(sender, "courier").obstacle.endswith("AccessDenied")


def test_without_a_set_nothing_is_read() -> None:
    nothing: Any = None

    assert read_sender_setup(nothing, "") == FeedSetup(Feed.SENDER, frozenset())


def test_the_topics_of_what_is_disabled_are_not_among_a_sets() -> None:
    other = destination("SEND", Enabled=False, SnsDestination={"TopicArn": f"{TOPIC}-2"})

    assert read_sender_setup(destinations(destination("BOUNCE"), other), "courier").topics == {TOPIC}
