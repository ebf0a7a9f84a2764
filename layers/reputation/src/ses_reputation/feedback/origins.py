"""Where a mail comes from: its account-hour and its identity, as each event says it."""

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ses_reputation.environment import is_account, is_region
from ses_reputation.feedback.addresses import domain_label, normalise_address
from ses_reputation.hours import hour_of

if TYPE_CHECKING:
    from ses_reputation.feedback.events import Mail

# SES's domains and addresses are shorter; an identity stands in items' keys, which DynamoDB bounds.
MOST_IDENTITY_BYTES = 320


class AccountHour(NamedTuple):
    """What an account sent in one Region in one UTC hour (`2026-11-22T10`): fields that both dialects carry.

    A tuple, because every event is looked up by it.
    """

    sending_account: str
    region: str
    send_hour: str


class SenderHour(NamedTuple):
    """The part of an account-hour that was sent from one identity: a verified domain or address."""

    sending_account: str
    region: str
    identity: str
    send_hour: str


class Origin(NamedTuple):
    """Where a mail comes from, as one event says it.

    identity: that of `mail.sourceArn`, or where the event lacks it, the From domain; then `is_assumed`.
    owner: the account in the ARN; None without it. from_domain: the domain of `mail.source`, which every
    event of a mail carries alike; empty where it is none.
    """

    account_hour: AccountHour
    identity: str
    is_assumed: bool
    owner: str | None
    from_domain: str


def origin_of(mail: "Mail", topic_arn: str) -> Origin:
    """Return where a mail comes from.

    Without `sourceArn` (SES leaves it out of Send events of raw and templated mail) the identity is assumed
    to be the From domain, and the Region is the topic's: SES publishes to topics of its own Region only.

    Raises ValueError where the ARN or the time cannot be read, or the mail names neither.
    """
    hour = hour_of(mail.timestamp)
    return _origin_of(mail.sendingAccountId, hour, mail.sourceArn, mail.source, topic_arn)


@lru_cache(maxsize=4096)
def _origin_of(account: str, hour: str, source_arn: str | None, source: str, topic_arn: str) -> Origin:
    from_domain = _domain_of(source)
    if source_arn:
        region, owner, identity = _parse_identity_arn(source_arn)
        # Owners may authorize an identity in all Regions; then only the topic says which one it was.
        region = _region_of(topic_arn) if region == "*" else region
        return Origin(AccountHour(account, region, hour), identity, False, owner, from_domain)
    if not from_domain:
        raise ValueError("mail names neither sourceArn nor the domain of its source")
    return Origin(AccountHour(account, _region_of(topic_arn), hour), from_domain, True, None, from_domain)


def _region_of(topic_arn: str) -> str:
    return topic_arn.split(":", 4)[3]


@lru_cache(maxsize=4096)
def _parse_identity_arn(arn: str) -> tuple[str, str, str]:
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "ses" or not parts[5].startswith("identity/"):
        raise ValueError("mail.sourceArn is not the ARN of an SES identity")
    region, account, identity = parts[3], parts[4], parts[5].removeprefix("identity/")
    if not ((is_region(region) or region == "*") and is_account(account)):
        raise ValueError("mail.sourceArn names no Region or no account")
    normal = normalise_address(identity) if "@" in identity else domain_label(identity)
    return region, account, _checked_identity(normal)


@lru_cache(maxsize=4096)
def _domain_of(source: str) -> str:
    """Return the domain of an address, empty where that is none, or longer than any that SES has."""
    domain = normalise_address(source).rpartition("@")[2] if source else ""
    return domain if len(domain.encode()) <= MOST_IDENTITY_BYTES else ""


def _checked_identity(identity: str) -> str:
    if not 0 < len(identity.encode()) <= MOST_IDENTITY_BYTES:
        raise ValueError("the identity is empty, or longer than any that SES has")
    return identity
