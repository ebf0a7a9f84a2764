"""Where a mail comes from: its account-hour and its identity, as each event says it."""

from functools import lru_cache
from re import compile as pattern
from typing import TYPE_CHECKING, NamedTuple

from ses_reputation.environment import is_account, is_region
from ses_reputation.feedback.addresses import domain_label, normalise_address
from ses_reputation.hours import hour_of

if TYPE_CHECKING:
    from ses_reputation.feedback.events import Mail

# The longest domain of DNS, and the longest address (RFC 5321, 4.5.3.1); identities stand in items' keys.
MOST_DOMAIN_CHARACTERS, MOST_IDENTITY_CHARACTERS = 255, 320
# What SES verifies, in our normal form: a domain in ASCII, or an address whose local part needs no quotes.
# Developer guide, "Creating and verifying identities in Amazon SES".
_DOMAIN = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
_is_domain = pattern(_DOMAIN).fullmatch
_is_address = pattern(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_DOMAIN}").fullmatch


class OtherRegionError(ValueError):
    """An event says that its mail was sent in another Region than its topic's."""


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

    Raises OtherRegionError where the ARN is of another Region than the topic, ValueError where the ARN or the
    time cannot be read, or the mail names neither.
    """
    account, hour = mail["sendingAccountId"], hour_of(mail["timestamp"])
    return _origin_of(account, hour, mail.get("sourceArn"), mail.get("source"), topic_arn)


@lru_cache(maxsize=4096)
def _origin_of(account: str, hour: str, source_arn: str | None, source: str | None, topic_arn: str) -> Origin:
    from_domain, region = _domain_of(source or ""), _region_of(topic_arn)
    if source_arn:
        named_region, owner, identity = _parse_identity_arn(source_arn)
        # Owners may authorize an identity in all Regions; then only the topic says which one it was.
        if named_region not in (region, "*"):
            raise OtherRegionError(f"mail of {named_region} was reported to a topic in {region}")
        return Origin(AccountHour(account, region, hour), identity, False, owner, from_domain)
    if not from_domain:
        raise ValueError("mail names neither sourceArn nor the domain of its source")
    return Origin(AccountHour(account, region, hour), from_domain, True, None, from_domain)


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
    return region, account, _checked_identity(identity)


def _checked_identity(identity: str) -> str:
    # Not as recipients are read, of whatever stands around an address: this is SES's own word.
    local, at, domain = identity.rpartition("@")
    normal = f"{local.lower()}{at}{domain_label(domain)}"
    fits = (_is_address if at else _is_domain)(normal) and [identity] == identity.split()
    if not fits or len(normal) > MOST_IDENTITY_CHARACTERS:
        raise ValueError("mail.sourceArn names no domain and no address that SES verifies")
    return normal


@lru_cache(maxsize=4096)
def _domain_of(source: str) -> str:
    """Return the domain of an address; empty where that is none, or longer than any that SES has."""
    domain = normalise_address(source).rpartition("@")[2] if source else ""
    return domain if _is_domain(domain) and len(domain) <= MOST_DOMAIN_CHARACTERS else ""
