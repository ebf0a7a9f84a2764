"""The wrapping in which SNS delivers an event to a queue."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Json

from ses_reputation.feedback.events import Event, Short


class Notification(BaseModel):
    """An SNS notification whose message is an SES event: the usual case, read in one pass."""

    # No two notifications share their values, so a cache of them only costs.
    model_config = ConfigDict(cache_strings="keys")

    Type: Literal["Notification"]
    TopicArn: Short
    Message: Json[Event]


class Envelope(BaseModel):
    """Any SNS envelope, its message unread. `Token` comes with a SubscriptionConfirmation."""

    Type: Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]
    TopicArn: Short
    Message: str
    Token: str = ""
