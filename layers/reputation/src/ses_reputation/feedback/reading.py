"""One message from the queue, read: observed, ignored, a subscription to confirm, or quarantined."""

from functools import lru_cache
from re import compile as pattern
from typing import NamedTuple

from pydantic import ValidationError

from ses_reputation.feedback.envelope import Envelope, open_envelope
from ses_reputation.feedback.events import EVENT, Event, kept_tags, tagged_event
from ses_reputation.feedback.mending import mend_event
from ses_reputation.feedback.observations import Observation, observe
from ses_reputation.feedback.origins import Origin, OtherRegionError, SenderHour, origin_of
from ses_reputation.feedback.provenance import Dialect, Feed, Registry, account_of_topic
from ses_reputation.feedback.set_aside import (
    Quarantined,
    SetAside,
    contradiction,
    defect,
    foreign,
    incomplete,
    other_region,
)
from ses_reputation.feedback.unusual import EVENT_TYPES, read_other_type, read_unusual

# SES API v2, CreateConfigurationSet: what a configuration set may be called.
_is_set_name = pattern(r"[A-Za-z0-9_-]{1,64}").fullmatch


class Observed(NamedTuple):
    """An SES event from an account that may report it: observations of one message and hour.

    tags: those that are kept, as ses_reputation.feedback.tags writes them. left_out: parts of the event that
    it was read without, because nobody can use them: each part's name, as often as it was met. A tuple,
    because every event makes one.
    """

    event_type: str
    dialect: Dialect
    feed: Feed
    origin: Origin
    configuration_set: str | None
    message_id: str
    observations: tuple[Observation, ...]
    tags: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def sender_hour(self) -> SenderHour:
        """The sender-hour, as far as this event knows the identity."""
        account, region, hour = self.origin.account_hour
        return SenderHour(account, region, self.origin.identity, hour)


Reading = Observed | SetAside
Names = frozenset[str]
NO_NAMES: Names = frozenset()


def read_wire(
    body: str, registry: Registry, own_domains: Names = NO_NAMES, tag_names: Names = NO_NAMES
) -> Reading:
    """Read the body of one queue message: an SNS envelope around an SES event, or anything else that arrives.

    It is read as what it claims to be: whether SNS wrote it is for the caller to check. Never raises: what
    cannot be read is `Quarantined`, also where this code fails on it.
    """
    return read_envelope(open_envelope(body), body, registry, own_domains, tag_names)


def read_envelope(
    envelope: Envelope | None, body: str, registry: Registry, own_domains: Names, tag_names: Names
) -> Reading:
    """Read a body whose envelope was opened already; `None` where it has none.

    tag_names: of tags that are kept beside the tenant.
    """
    try:
        return _read(envelope, body, registry, own_domains, tag_names)
    except Exception as error:
        # One message must not take its batch along, whatever it is.
        return defect(error)


def _read(
    envelope: Envelope | None, body: str, registry: Registry, own_domains: Names, tag_names: Names
) -> Reading:
    if envelope is None or envelope["Type"] != "Notification":
        return read_unusual(envelope, body, registry)
    reader = tagged_event() if tag_names else EVENT
    left_out: tuple[str, ...] = ()
    try:
        event: Event = reader.validate_json(envelope["Message"])
    except ValidationError:
        mended = mend_event(envelope["Message"], reader)
        if not mended:
            return read_unusual(envelope, body, registry)
        event, left_out = mended
    return _read_event(event, envelope["TopicArn"], registry, own_domains, tag_names, left_out)


def _read_event(
    event: Event,
    topic_arn: str,
    registry: Registry,
    own_domains: Names,
    tag_names: Names,
    left_out: tuple[str, ...],
) -> Reading:
    topic_account = account_of_topic(topic_arn)
    if not registry.knows(topic_account):
        return foreign(topic_arn)
    event_type = event.get("eventType") or event.get("notificationType") or ""
    if event_type not in EVENT_TYPES:
        return read_other_type(event_type, topic_arn)
    try:
        mail = event["mail"]
        origin = origin_of(mail, topic_arn)
        sender = origin.account_hour.sending_account
        dialect = Dialect.PUBLISHING if event.get("eventType") else Dialect.IDENTITY
        feed = registry.feed_of(topic_account, dialect, sender, origin.owner)
        if feed is None:
            return contradiction(topic_arn, registry, sender, origin.owner)
        observations, unusable = observe(event, event_type, own_domains)
        return Observed(
            event_type,
            dialect,
            feed,
            origin,
            _checked_set(mail.get("configuration_set")),
            mail["messageId"],
            observations,
            kept_tags(mail, tag_names),
            left_out + unusable,
        )
    except ValueError as problem:
        return _refused(problem, topic_arn)


def _refused(problem: ValueError, topic_arn: str) -> Quarantined:
    if isinstance(problem, OtherRegionError):
        return other_region(str(problem), topic_arn)
    # Ours quote nothing of the event; those of others, which are of kinds of their own, may.
    return incomplete(str(problem), topic_arn) if type(problem) is ValueError else defect(problem)


@lru_cache(maxsize=1024)
def _checked_set(name: str | None) -> str | None:
    if name and not _is_set_name(name):
        raise ValueError("mail.tags names a configuration set as SES lets nobody call one")
    return name or None
