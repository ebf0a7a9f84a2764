"""Which kinds of feedback a party's SES is set up to report, and on which feed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Feed

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class FeedbackKind(StrEnum):
    """What the simulator makes SES report."""

    SEND = "send"
    DELIVERY = "delivery"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


NEEDED: Mapping[Feed, frozenset[FeedbackKind]] = {
    Feed.OWNER: frozenset({FeedbackKind.BOUNCE, FeedbackKind.COMPLAINT}),
    Feed.SENDER: frozenset(FeedbackKind),
}
"""Without these a feed does not do its work. Identity topics never get sends, and deliveries by choice."""


@dataclass(frozen=True, slots=True)
class FeedSetup:
    """What a feed is set up to report, and to which topics; `obstacle`: why that could not be read."""

    feed: Feed
    kinds: frozenset[FeedbackKind]
    obstacle: str = ""
    topics: frozenset[str] = frozenset()

    @property
    def lacking(self) -> frozenset[FeedbackKind]:
        """The kinds that it needs, and is not set up to report."""
        return NEEDED[self.feed] - self.kinds

    @classmethod
    def unread(cls, feed: Feed, obstacle: str) -> "FeedSetup":
        """Return what is expected of a feed whose setup could not be read: all that it needs."""
        return cls(feed, NEEDED[feed], obstacle)


def read_owner_setup(ses: Any, identity: str) -> FeedSetup:
    """Read which topics an identity has. ses: a client of SES's first API, of the owner's account."""
    try:
        with translating_aws_errors("GetIdentityNotificationAttributes"):
            answer = ses.get_identity_notification_attributes(Identities=[identity])
    except UnavailableError as error:
        return FeedSetup.unread(Feed.OWNER, str(error))
    # SES leaves an identity out that it does not know.
    known = answer["NotificationAttributes"].get(identity, {})
    topics = {name.removesuffix("Topic"): topic for name, topic in known.items() if name.endswith("Topic")}
    set_up = {kind: topic for kind, topic in topics.items() if topic}
    return _setup(Feed.OWNER, set_up, set_up.values())


def read_sender_setup(sesv2: "SESV2Client", configuration_set: str) -> FeedSetup:
    """Read which events a configuration set publishes to SNS topics; without a set ("") there are none."""
    if not configuration_set:
        return FeedSetup(Feed.SENDER, frozenset())
    try:
        with translating_aws_errors("GetConfigurationSetEventDestinations"):
            answer = sesv2.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
    except UnavailableError as error:
        return FeedSetup.unread(Feed.SENDER, str(error))
    destinations = answer.get("EventDestinations", ())
    topics = (destination["SnsDestination"]["TopicArn"] for destination in _to_topics(destinations))
    return _setup(Feed.SENDER, published_to_topics(destinations), topics)


def published_to_topics(destinations: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the event types that enabled destinations publish to SNS topics."""
    found = _to_topics(destinations)
    return {event_type for each in found for event_type in each.get("MatchingEventTypes", ())}


def _to_topics(destinations: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [each for each in destinations if each.get("Enabled") and each.get("SnsDestination")]


def _setup(feed: Feed, names: Iterable[str], topics: Iterable[str]) -> FeedSetup:
    known = {name.lower() for name in names}
    kinds = frozenset(kind for kind in FeedbackKind if kind in known)
    return FeedSetup(feed, kinds, topics=frozenset(topics))
