"""Who may report what: a fact counts only if a registered account that is a party to it reports it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from re import compile as pattern

from ses_reputation.environment import is_account, is_region

_is_topic_name = pattern(r"[A-Za-z0-9_-]{1,256}(\.fifo)?").fullmatch


class Feed(StrEnum):
    """Whose side reports: the identity owner's topic, or the sender's configuration-set topic."""

    OWNER = "owner"
    SENDER = "sender"


class Dialect(StrEnum):
    """The two formats of SES: identity notifications, and event publishing through configuration sets."""

    IDENTITY = "identity"
    PUBLISHING = "publishing"


class Reason(StrEnum):
    """Why a message is quarantined."""

    UNREADABLE = "unreadable"
    INCOMPLETE_EVENT = "incomplete_event"
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    FORGED_ENVELOPE = "forged_envelope"
    RAW_DELIVERY = "raw_delivery"
    WRAPPED_EVENT = "wrapped_event"
    PAYLOAD_POINTER = "payload_pointer"
    FOREIGN_TOPIC = "foreign_topic"
    CONTRADICTS_TOPIC = "contradicts_topic"
    FOREIGN_SUBSCRIPTION = "foreign_subscription"
    SUBSCRIPTION_REFUSED = "subscription_refused"
    DEFECT = "defect"


@dataclass(frozen=True, slots=True)
class Registry:
    """The accounts whose topics are believed (12-digit ids), as the stack's parameters list them.

    An identity owner is believed about its identities, whoever sends, and about its own sending. A delegate
    sender is believed about its own sending only.
    """

    owners: frozenset[str]
    delegates: frozenset[str] = frozenset()

    def knows(self, account: str) -> bool:
        """Return whether an account is registered in either role."""
        return account in self.owners or account in self.delegates

    def feed_of(self, topic_account: str, dialect: Dialect, sender: str, owner: str | None) -> Feed | None:
        """Return the feed in which a registered topic's account reports a mail; None where it may not."""
        if topic_account == sender:
            # A delegated send names its identity; a mail without one is the sender's own.
            is_of_own_identity = owner in (sender, None) and dialect is Dialect.IDENTITY
            return Feed.OWNER if is_of_own_identity else Feed.SENDER
        if topic_account == owner and topic_account in self.owners:
            return Feed.OWNER
        return None


@lru_cache(maxsize=1024)
def account_of_topic(topic_arn: str) -> str:
    """Return the account in a topic's ARN (`arn:aws:sns:REGION:ACCOUNT:NAME`); empty where it is none."""
    parts = topic_arn.split(":")
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sns":
        return ""
    _, _, _, region, account, name = parts
    return account if is_region(region) and is_account(account) and _is_topic_name(name) else ""
