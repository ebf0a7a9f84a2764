"""Who is registered with a ledger, and whether anything was heard of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ses_reputation.registration.store import roles_in

SILENT_AFTER = timedelta(days=2)
"""Without feedback for so long, an account counts as silent: fewer hours may be a night, or a Sunday."""

_NOBODY: Mapping[str, str] = MappingProxyType({})


class PartyRole(StrEnum):
    """What an account is to the ledger."""

    OWNER = "owner"
    DELEGATE = "delegate"


class ConnectionState(StrEnum):
    """Whether feedback comes.

    The first three have a confirmed subscription. CONNECTED: with feedback of late; SILENT: with none since
    SILENT_AFTER; WAITING: with none in the last 30 days. UNKNOWN: nobody could look, and none came of late.
    """

    CONNECTED = "connected"
    SILENT = "silent"
    WAITING = "waiting"
    NOT_CONFIRMED = "not_confirmed"
    NOT_CONNECTED = "not_connected"
    UNKNOWN = "unknown"


class SubscriptionState(StrEnum):
    """What SNS says of the ledger's queue and an account's topics; MISSING: none of them is subscribed."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    MISSING = "missing"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class QueueSubscription:
    """How a party's topics are subscribed; reason: why that could not be read, else ""."""

    state: SubscriptionState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """An account in one role and one Region. identities: of an owner, as far as samconfig.toml names them."""

    role: PartyRole
    account: str
    region: str
    identities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """When a feed last reported mail that an account sent with an identity: a UTC hour or day of sending."""

    account: str
    region: str
    identity: str
    sender_last: str
    owner_last: str


@dataclass(frozen=True, slots=True)
class PartyStatus:
    """A registered party, and when its feed last reported anything; "" where it never did.

    reason: why its subscription could not be read, else "".
    """

    party: Party
    state: ConnectionState
    last_reported: str
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: role, account, region, identities, state; last_reported and reason (or null)."""
        return {
            "role": self.party.role,
            "account": self.party.account,
            "region": self.party.region,
            "identities": list(self.party.identities),
            "state": self.state,
            "last_reported": self.last_reported or None,
            "reason": self.reason or None,
        }


def statuses(
    subscriptions: Mapping[Party, QueueSubscription], seen: Iterable[FeedSeen], now: datetime
) -> list[PartyStatus]:
    """Return how each party stands at an aware time, sorted by role, account and Region.

    A delegate is heard of by the sender's feed of its own mail; an owner by the owner's feed of mail with its
    identities, whoever sent it. Where an owner's identities are not known, it is by its own mail.
    """
    seen = list(seen)
    ordered = sorted(
        subscriptions, key=lambda party: (party.role is PartyRole.DELEGATE, party.account, party.region)
    )
    return [_status(party, subscriptions[party], seen, now) for party in ordered]


def read_parties(
    parameters: Mapping[str, str], account: str, region: str, found: Mapping[str, str] = _NOBODY
) -> list[Party]:
    """Return whom a ledger's stack registers, in its own Region.

    account: the stack's. found: what Parameter Store says of other accounts.
    """
    own = Party(PartyRole.OWNER, account, region, _listed(parameters.get("Identities", "")))
    listed = [(PartyRole.OWNER, each) for each in _listed(parameters.get("OwnerAccounts", ""))]
    listed += [(PartyRole.DELEGATE, each) for each in _listed(parameters.get("DelegateAccounts", ""))]
    listed += [(PartyRole(role), each) for each, value in found.items() for role in sorted(roles_in(value))]
    others = dict.fromkeys(each for each in listed if each != (PartyRole.OWNER, account))
    return [own, *(Party(role, each, region) for role, each in others)]


def _status(
    party: Party, subscription: QueueSubscription, seen: list[FeedSeen], now: datetime
) -> PartyStatus:
    last = max((_last(party, each) for each in seen if each.region == party.region), default="")
    is_recent = last[:10] >= (now - SILENT_AFTER).date().isoformat()
    return PartyStatus(party, _state(subscription.state, last, is_recent), last, subscription.reason)


def _state(subscription: SubscriptionState, last: str, is_recent: bool) -> ConnectionState:
    if subscription in _WITHOUT:
        return _WITHOUT[subscription]
    if is_recent:
        # What came of late shows by itself that there is a way.
        return ConnectionState.CONNECTED
    if subscription is SubscriptionState.UNREAD:
        return ConnectionState.UNKNOWN
    return ConnectionState.SILENT if last else ConnectionState.WAITING


_WITHOUT = {
    SubscriptionState.PENDING: ConnectionState.NOT_CONFIRMED,
    SubscriptionState.MISSING: ConnectionState.NOT_CONNECTED,
}


def _last(party: Party, seen: FeedSeen) -> str:
    if party.role is PartyRole.DELEGATE:
        return seen.sender_last if seen.account == party.account else ""
    if party.identities:
        return seen.owner_last if _is_of(seen.identity, party.identities) else ""
    return max(seen.owner_last, seen.sender_last) if seen.account == party.account else ""


def _is_of(identity: str, owned: Iterable[str]) -> bool:
    return any(identity == each or identity.endswith(f"@{each}") for each in owned)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in value.split(",") if each.strip()))
