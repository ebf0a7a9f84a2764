"""Reads what is not an SNS notification of a complete SES event, and says what it is."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ses_reputation.errors import describe_misfit
from ses_reputation.feedback.envelope import Envelope
from ses_reputation.feedback.events import Event
from ses_reputation.feedback.provenance import Reason, Registry, account_of_topic
from ses_reputation.feedback.set_aside import (
    Ignored,
    Quarantined,
    SetAside,
    SubscriptionRequest,
    foreign,
    incomplete,
    unknown_type,
    unreadable,
)
from ses_reputation.json_text import parse_json

IGNORED_EVENTS: Mapping[str, str] = {"Open": "open", "Click": "click", "Subscription": "subscription"}
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


def read_unusual(body: str, registry: Registry) -> SetAside:
    """Read what is not an SNS notification of a complete SES event, and say what it is."""
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError:
        return _without_envelope(body)
    is_request = envelope.Type == "SubscriptionConfirmation"
    if not registry.knows(account_of_topic(envelope.TopicArn)):
        return foreign(envelope.TopicArn, is_request=is_request)
    if is_request:
        return SubscriptionRequest(envelope.TopicArn, envelope.Token)
    if envelope.Type == "UnsubscribeConfirmation":
        return Ignored("unsubscribe_confirmation")
    return _read_message(envelope.Message, envelope.TopicArn)


def _read_message(message: str, topic_arn: str) -> SetAside:
    if message.startswith(_TOPIC_VALIDATION):
        return Ignored("topic_validation")
    content = _json_object(message)
    event_type = _event_type(content)
    if event_type == "AmazonSnsSubscriptionSucceeded":
        return Ignored("notification_setup")
    if event_type not in EVENT_TYPES:
        return read_other_type(event_type, topic_arn)
    return incomplete(_missing_parts(message), topic_arn)


def _missing_parts(message: str) -> str:
    """Name the fields that do not fit, never their values: those may be addresses."""
    try:
        Event.model_validate_json(message)
    except ValidationError as error:
        return describe_misfit(error)
    return "it fits no known shape"


def _without_envelope(body: str) -> Quarantined:
    content = _json_object(body)
    if not _event_type(content):
        return unreadable("the message is no SNS envelope, and no SES event")
    return Quarantined(
        Reason.RAW_DELIVERY,
        "an SES event came without its SNS envelope, so nothing shows which topic and account sent it: "
        "switch raw message delivery off on the queue's subscription",
    )


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        content = parse_json(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _event_type(content: Mapping[str, Any] | None) -> str:
    event_type = content and (content.get("eventType") or content.get("notificationType"))
    return event_type if isinstance(event_type, str) else ""
