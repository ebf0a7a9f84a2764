"""Where transitions are published: the topics in SNS, and the event bus of EventBridge."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.chat import ChatNotification
from ses_reputation.notifications.events import SOURCE, attributes_of, detail_type
from ses_reputation.notifications.topics import NotificationTopics
from ses_reputation.standing.state import Transition


class EventBusClient(Protocol):
    """What is called of botocore's EventBridge client."""

    def put_events(self, **request: Any) -> Mapping[str, Any]:
        """Put events on buses; those that are refused are named in the answer."""


class Publisher:
    """The topics and the event bus of a stack."""

    def __init__(self, topics: NotificationTopics, bus_client: EventBusClient, bus_name: str) -> None:
        self._topics = topics
        self._bus_client = bus_client
        self._bus_name = bus_name

    @property
    def channels(self) -> Collection[Channel]:
        """Return the channels that the stack has."""
        return [each for each in Channel if each is not Channel.CHAT or self._topics.has_chat]

    def publish(self, transition: Transition, channel: Channel) -> None:
        """Publish a transition's alert on a topic, or put its event on the bus.

        Raises UnavailableError where SNS or EventBridge fails; publishing it again is right.
        """
        match channel:
            case Channel.ALERT:
                self._topics.publish_alert(transition.subject, transition.text, attributes_of(transition))
            case Channel.CHAT:
                self._topics.publish_chat(chat_notification(transition))
            case Channel.EVENT:
                self._put_event(transition)

    def _put_event(self, transition: Transition) -> None:
        entry = {
            "Time": transition.at,
            "Source": SOURCE,
            "DetailType": detail_type(transition),
            "Detail": json.dumps(transition.detail, separators=(",", ":")),
            "EventBusName": self._bus_name,
        }
        with translating_aws_errors():
            answer = self._bus_client.put_events(Entries=[entry])
        # A refused entry is no error to botocore.
        if answer["FailedEntryCount"]:
            raise UnavailableError(answer["Entries"][0].get("ErrorCode", "FailedEntry"))


def chat_notification(transition: Transition) -> ChatNotification:
    """Return what a transition says in a channel; all of one entity's stand in one thread."""
    return ChatNotification(
        transition.subject,
        transition.text,
        transition.steps,
        transition.entity.key,
        attributes_of(transition),
    )
