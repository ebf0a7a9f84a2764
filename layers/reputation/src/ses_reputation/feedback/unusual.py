"""Reads what is not an SNS notification of a complete SES event, and says what it is."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ses_reputation.errors import describe_misfit
from ses_reputation.feedback.envelope import Envelope
from ses_reputation.feedback.events import EVENT
from ses_reputation.feedback.provenance import Registry, account_of_topic
from ses_reputation.feedback.set_aside import (
    Ignored,
    SetAside,
    SubscriptionRequest,
    foreign,
    incomplete,
    pointer,
    raw_delivery,
    unknown_type,
    unreadable,
    wrapped,
)
from ses_reputation.json_text import parse_json

IGNORED_EVENTS: Mapping[str, str] = {
    "Open": "open",
    "Click": "click",
    "Subscription": "subscription",
    "Received": "inbound_mail",
}
EVENT_TYPES = frozenset(
    {"Send", "Delivery", "Bounce", "Complaint", "DeliveryDelay", "Reject", "Rendering Failure"}
)
_TOPIC_VALIDATION = "Successfully validated SNS topic"


def read_other_type(event_type: str, topic_arn: str) -> SetAside:
    """Read an event by its type alone, where that is none that the ledger counts."""
    if event_type in IGNORED_EVENTS:
        return Ignored(IGNORED_EVENTS[event_type])
    if not event_type:
        return unreadable("the SNS message is no SES event", topic_arn)
    return unknown_type(event_type, topic_arn)


def read_unusual(envelope: Envelope | None, body: str, registry: Registry) -> SetAside:
    """Read what is not an SNS notification of a complete SES event, and say what it is."""
    if envelope is None:
        return _without_envelope(body)
    is_request = envelope["Type"] == "SubscriptionConfirmation"
    if not registry.knows(account_of_topic(envelope["TopicArn"])):
        return foreign(envelope["TopicArn"], is_request=is_request)
    if is_request:
        return SubscriptionRequest(envelope["TopicArn"], envelope.get("Token", ""))
    if envelope["Type"] == "UnsubscribeConfirmation":
        return Ignored("unsubscribe_confirmation")
    return _read_message(envelope["Message"], envelope["TopicArn"])


def _read_message(message: str, topic_arn: str) -> SetAside:
    if message.startswith(_TOPIC_VALIDATION):
        return Ignored("topic_validation")
    content = _json_value(message)
    event_type = _event_type(content)
    if event_type == "AmazonSnsSubscriptionSucceeded":
        return Ignored("notification_setup")
    if event_type in EVENT_TYPES:
        return incomplete(_missing_parts(message) or "it fits no known shape", topic_arn)
    if other := _read_other_content(content, topic_arn):
        return other
    return read_other_type(event_type, topic_arn)


def _without_envelope(body: str) -> SetAside:
    content = _json_value(body)
    event_type = _event_type(content)
    if event_type in EVENT_TYPES:
        missing = _missing_parts(body)
        return incomplete(missing) if missing else raw_delivery()
    if other := _read_other_content(content):
        return other
    return raw_delivery() if event_type else unreadable("the message is no SNS envelope, and no SES event")


def _read_other_content(content: Any, topic_arn: str = "") -> SetAside | None:
    """Read what AWS writes in place of an SES event, or around one; None where it is not known."""
    from ses_reputation.feedback import layers  # noqa: PLC0415  (only unusual messages pay for it)

    if kind := layers.kind_of_other(content):
        return Ignored(kind)
    match content:
        case [str(name), {"s3BucketName": str()}] if name.endswith("S3Pointer"):
            return pointer(topic_arn)
    layer = layers.outer_layer(content)
    name = layer.name if layer else "a second envelope of SNS" if layers.is_envelope(content) else ""
    return wrapped(name, topic_arn) if name and layers.holds_event(content) else None


def _missing_parts(event: str) -> str:
    """Name the fields that do not fit, never their values: those may be addresses. "" if all are there."""
    try:
        EVENT.validate_json(event)
    except ValidationError as error:
        return describe_misfit(error) or "it fits no known shape"
    return ""


def _json_value(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return None


def _event_type(content: Any) -> str:
    if not isinstance(content, Mapping):
        return ""
    event_type = content.get("eventType") or content.get("notificationType")
    return event_type if isinstance(event_type, str) else ""
