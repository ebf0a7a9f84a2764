"""The ways in which a transition is published: alerts reach people, events reach programs."""

from enum import StrEnum

from ses_reputation.standing.state import Transition


class Channel(StrEnum):
    """Where a transition is published, in the order of trying; each is remembered apart."""

    ALERT = "alert"
    """The alert topic in SNS."""
    CHAT = "chat"
    """The chat topic in SNS, of a stack that has one."""
    EVENT = "event"
    """The event bus of EventBridge."""


def channels_of(transition: Transition) -> tuple[Channel, ...]:
    """Return where a transition is to be published: a reminder, for example, is no news to programs."""
    contents = {
        Channel.ALERT: transition.text,
        Channel.CHAT: transition.text,
        Channel.EVENT: transition.detail,
    }
    return tuple(channel for channel, content in contents.items() if content)
