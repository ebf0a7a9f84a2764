"""One message from the queue, read: observed, ignored, a subscription to confirm, or quarantined."""

from typing import NamedTuple

from pydantic import ValidationError

from ses_reputation.feedback.envelope import Notification
from ses_reputation.feedback.events import Event
from ses_reputation.feedback.observations import Observation, observe
from ses_reputation.feedback.origins import Origin, SenderHour, origin_of
from ses_reputation.feedback.provenance import Dialect, Feed, Registry, account_of_topic
from ses_reputation.feedback.set_aside import SetAside, contradiction, foreign, incomplete
from ses_reputation.feedback.unusual import EVENT_TYPES, read_other_type, read_unusual

# The model's own validator: its method for this costs another half microsecond for every event.
_read_notification = Notification.__pydantic_validator__.validate_json
# SES names configuration sets with up to 64 characters; nothing longer may grow a journal page.
MOST_NAME_CHARACTERS = 64


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


Reading = Observed | SetAside


def read_wire(body: str, registry: Registry, own_domains: frozenset[str] = frozenset()) -> Reading:
    """Read the body of one queue message: an SNS envelope around an SES event, or anything else that arrives.

    Never raises: what cannot be read is `Quarantined`.
    """
    try:
        notification = _read_notification(body)
    except ValidationError:
        return read_unusual(body, registry)
    return _read_event(notification.Message, notification.TopicArn, registry, own_domains)


def _read_event(event: Event, topic_arn: str, registry: Registry, own_domains: frozenset[str]) -> Reading:
    topic_account = account_of_topic(topic_arn)
    if not registry.knows(topic_account):
        return foreign(topic_arn)
    event_type = event.eventType or event.notificationType or ""
    if event_type not in EVENT_TYPES:
        return read_other_type(event_type, topic_arn)
    try:
        origin = origin_of(event.mail, topic_arn)
        sender = origin.account_hour.sending_account
        dialect = Dialect.PUBLISHING if event.eventType else Dialect.IDENTITY
        feed = registry.feed_of(topic_account, dialect, sender, origin.owner)
        if feed is None:
            return contradiction(topic_arn, topic_account, sender, origin.owner)
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
        return incomplete(str(problem), topic_arn)
