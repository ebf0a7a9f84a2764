"""The wrapping in which SNS delivers an event to a queue."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ses_reputation.feedback.events import Short


class Envelope(BaseModel):
    """Any SNS envelope, its message unread: what SNS signs, and how.

    `Token` and `SubscribeURL` come with the two confirmations. A field that is missing is empty, so that
    what looks like an envelope is one, and fails for its signature.
    """

    # No two envelopes share their values, so a cache of them only costs.
    model_config = ConfigDict(cache_strings="keys")

    Type: Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]
    TopicArn: Short
    Message: str
    MessageId: str = ""
    Timestamp: str = ""
    Subject: str | None = None
    Signature: str = ""
    SignatureVersion: str = ""
    SigningCertURL: str = ""
    Token: str = ""
    SubscribeURL: str = ""


# The model's own validator: its method for this costs another half microsecond for every event.
_read_envelope = Envelope.__pydantic_validator__.validate_json


def open_envelope(body: str) -> Envelope | None:
    """Return the SNS envelope that a queue message's body is; None where it is none."""
    try:
        envelope: Envelope = _read_envelope(body)
    except ValidationError:
        return None
    return envelope
