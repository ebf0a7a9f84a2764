"""One message from the queue, read: observed, ignored, a subscription to confirm, or quarantined."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from re import compile as pattern
from typing import Any, NamedTuple

from pydantic import ValidationError

from ses_reputation.errors import describe_misfit
from ses_reputation.feedback.envelope import Envelope, open_envelope
from ses_reputation.feedback.events import Event
from ses_reputation.feedback.observations import Observation, observe
from ses_reputation.feedback.origins import Origin, SenderHour, origin_of
from ses_reputation.feedback.provenance import Dialect, Feed, Reason, Registry, account_of_topic

IGNORED_EVENTS: Mapping[str, str] = {"Open": "open", "Click": "click", "Subscription": "subscription"}
_EVENT_TYPES = frozenset(
    {"Send", "Delivery", "Bounce", "Complaint", "DeliveryDelay", "Reject", "Rendering Failure"}
)
_is_type_name = pattern(r"[A-Za-z ]{1,40}").fullmatch
# The model's own validator: its method for this costs another half microsecond for every event.
_read_ses_event = Event.__pydantic_validator__.validate_json
# SES names configuration sets with up to 64 characters; nothing longer may grow a journal page.
MOST_NAME_CHARACTERS = 64
_TOPIC_VALIDATION = "Successfully validated SNS topic"


class Observed(NamedTuple):
    """An SES event from an account that may report it: observations of one message and hour.

    A tuple, because every event makes one.
    """

    event_type: str
    dialect: Dialect
    feed: Feed
    origin: Origin
    configuration_set: str | None
    message_id: str
    observations: tuple[Observation, ...]
    tags: tuple[str, ...] = ()

    @property
    def sender_hour(self) -> SenderHour:
        """The sender-hour, as far as this event knows the identity."""
        account, region, hour = self.origin.account_hour
        return SenderHour(account, region, self.origin.identity, hour)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A normal message that states no reputation fact, by kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A registered account's topic asks the queue to confirm its subscription."""

    topic_arn: str
    token: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that is not journaled. `explanation` says why and what to do; it holds no address."""

    reason: Reason
    explanation: str
    topic_arn: str = ""


Reading = Observed | Ignored | SubscriptionRequest | Quarantined


def read_wire(body: str, registry: Registry, own_domains: frozenset[str] = frozenset()) -> Reading:
    """Read the body of one queue message: an SNS envelope around an SES event, or anything else that arrives.

    It is read as what it claims to be: whether SNS wrote it is for the caller to check. Never raises: what
    cannot be read is `Quarantined`.
    """
    return read_envelope(open_envelope(body), body, registry, own_domains)


def read_envelope(
    envelope: Envelope | None, body: str, registry: Registry, own_domains: frozenset[str]
) -> Reading:
    """Read a body whose envelope was opened already; `None` where it has none."""
    if envelope is None:
        return _without_envelope(body)
    if envelope.Type != "Notification":
        return _read_unusual(body, registry)
    try:
        event = _read_ses_event(envelope.Message)
    except ValidationError:
        return _read_unusual(body, registry)
    return _read_event(event, envelope.TopicArn, registry, own_domains)


def read_forged(envelope: Envelope, what: str) -> Quarantined:
    """Return the reading of an envelope that SNS did not write; `what` shows it."""
    return Quarantined(
        Reason.FORGED_ENVELOPE,
        f"SNS did not write this envelope ({what}): look at who else can send to the queue, and at topics of "
        "registered accounts whose subscriptions have raw message delivery on",
        envelope.TopicArn,
    )


def _read_event(event: Event, topic_arn: str, registry: Registry, own_domains: frozenset[str]) -> Reading:
    topic_account = account_of_topic(topic_arn)
    if not registry.knows(topic_account):
        return _foreign(topic_arn)
    event_type = event.eventType or event.notificationType or ""
    if event_type not in _EVENT_TYPES:
        return _read_other_type(event_type, topic_arn)
    try:
        origin = origin_of(event.mail, topic_arn)
        sender = origin.account_hour.sending_account
        dialect = Dialect.PUBLISHING if event.eventType else Dialect.IDENTITY
        feed = registry.feed_of(topic_account, dialect, sender, origin.owner)
        if feed is None:
            return _contradiction(topic_arn, topic_account, sender, origin.owner)
        return Observed(
            event_type,
            dialect,
            feed,
            origin,
            (event.mail.configuration_set or "")[:MOST_NAME_CHARACTERS] or None,
            event.mail.messageId,
            observe(event, event_type, own_domains),
        )
    except ValueError as problem:
        return _incomplete(str(problem), topic_arn)


def _read_other_type(event_type: str, topic_arn: str) -> Reading:
    if event_type in IGNORED_EVENTS:
        return Ignored(IGNORED_EVENTS[event_type])
    if not event_type:
        return _unreadable("the SNS message is no SES event", topic_arn)
    return _unknown_type(event_type, topic_arn)


def _read_unusual(body: str, registry: Registry) -> Reading:
    """Read what is not an SNS notification of a complete SES event, and say what it is."""
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError:
        return _without_envelope(body)
    is_request = envelope.Type == "SubscriptionConfirmation"
    if not registry.knows(account_of_topic(envelope.TopicArn)):
        return _foreign(envelope.TopicArn, is_request=is_request)
    if is_request:
        return SubscriptionRequest(envelope.TopicArn, envelope.Token)
    if envelope.Type == "UnsubscribeConfirmation":
        return Ignored("unsubscribe_confirmation")
    return _read_message(envelope.Message, envelope.TopicArn)


def _read_message(message: str, topic_arn: str) -> Reading:
    if message.startswith(_TOPIC_VALIDATION):
        return Ignored("topic_validation")
    content = _json_object(message)
    event_type = _event_type(content)
    if event_type == "AmazonSnsSubscriptionSucceeded":
        return Ignored("notification_setup")
    if event_type not in _EVENT_TYPES:
        return _read_other_type(event_type, topic_arn)
    return _incomplete(_missing_parts(message), topic_arn)


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
        return _unreadable("the message is no SNS envelope, and no SES event")
    return Quarantined(
        Reason.RAW_DELIVERY,
        "an SES event came without its SNS envelope, so nothing shows which topic and account sent it: "
        "switch raw message delivery off on the queue's subscription",
    )


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _event_type(content: Mapping[str, Any] | None) -> str:
    event_type = content and (content.get("eventType") or content.get("notificationType"))
    return event_type if isinstance(event_type, str) else ""


def _unreadable(what: str, topic_arn: str = "") -> Quarantined:
    advice = "look at what else publishes to the topic or sends to the queue"
    return Quarantined(Reason.UNREADABLE, f"{what}: {advice}", topic_arn)


def _unknown_type(event_type: str, topic_arn: str) -> Quarantined:
    # What is no name may be anything, an address too; explanations are logged.
    named = repr(event_type) if _is_type_name(event_type) else "that is no name"
    return Quarantined(
        Reason.UNKNOWN_EVENT_TYPE,
        f"SES event type {named} is newer than this version: upgrade, then replay the quarantine",
        topic_arn,
    )


def _incomplete(what: str, topic_arn: str) -> Quarantined:
    return Quarantined(
        Reason.INCOMPLETE_EVENT,
        f"the SES event lacks a field that the ledger needs, or has it in another shape ({what})",
        topic_arn,
    )


def _foreign(topic_arn: str, *, is_request: bool = False) -> Quarantined:
    account = account_of_topic(topic_arn)
    who = f"the topic's account {account}" if account else "TopicArn names no topic, so its account"
    advice = "is not registered: if it is yours, add it to OwnerAccounts or DelegateAccounts"
    if is_request:
        explanation = f"{who} asks to be subscribed and {advice} and subscribe again"
        return Quarantined(Reason.FOREIGN_SUBSCRIPTION, explanation, topic_arn)
    return Quarantined(Reason.FOREIGN_TOPIC, f"{who} {advice}", topic_arn)


def _contradiction(topic_arn: str, topic_account: str, sender: str, owner: str | None) -> Quarantined:
    return Quarantined(
        Reason.CONTRADICTS_TOPIC,
        f"account {topic_account} reported mail that {sender} sent from an identity of "
        f"{owner or 'an account that SES did not name'}: it is neither the sender nor a registered owner",
        topic_arn,
    )
