"""The wrapping in which SNS delivers an event to a queue."""

from typing import Literal, Required

from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic takes that of `typing` from Python 3.12 on

from ses_reputation.feedback.events import Short


class Envelope(TypedDict, total=False):
    """Any SNS envelope, its message unread: what SNS signs, and how.

    `Token` and `SubscribeURL` come with the two confirmations. Most fields may be missing, so that what looks
    like an envelope is one, and fails for its signature. A dictionary, as events are.
    """

    # No two envelopes share their values, so a cache of them only costs.
    __pydantic_config__ = ConfigDict(cache_strings="keys")  # type: ignore[misc]

    Type: Required[Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]]
    TopicArn: Required[Short]
    Message: Required[str]
    MessageId: str
    Timestamp: str
    Subject: str | None
    Signature: str
    SignatureVersion: str
    SigningCertURL: str
    Token: str
    SubscribeURL: str


_read_envelope = TypeAdapter(Envelope).validator.validate_json


def open_envelope(body: str) -> Envelope | None:
    """Return the SNS envelope that a queue message's body is; None where it is none."""
    try:
        envelope: Envelope = _read_envelope(body)
    except ValidationError:
        return None
    return envelope
