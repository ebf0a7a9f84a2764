"""Who is registered with a ledger, and whether anything was heard of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

SILENT_AFTER = timedelta(days=2)
"""Without feedback for so long, an account counts as silent: fewer hours may be a night, or a Sunday."""


class PartyRole(StrEnum):
    """What an account is to the ledger."""

    OWNER = "owner"
    DELEGATE = "delegate"


class ConnectionState(StrEnum):
    """Whether feedback comes. WAITING: none has come in the last 30 days."""

    CONNECTED = "connected"
    SILENT = "silent"
    WAITING = "waiting"


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
    """A registered party, and when its feed last reported anything; "" where it never did."""

    party: Party
    state: ConnectionState
    last_reported: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: role, account, region, identities, state and last_reported (or null)."""
        return {
            "role": self.party.role,
            "account": self.party.account,
            "region": self.party.region,
            "identities": list(self.party.identities),
            "state": self.state,
            "last_reported": self.last_reported or None,
        }


def statuses(parties: Iterable[Party], seen: Iterable[FeedSeen], now: datetime) -> list[PartyStatus]:
    """Return how each party stands at an aware time, sorted by role, account and Region.

    A delegate is heard of by the sender's feed of its own mail; an owner by the owner's feed of mail with its
    identities, whoever sent it. Where an owner's identities are not known, it is by its own mail.
    """
    seen = list(seen)
    ordered = sorted(
        parties, key=lambda party: (party.role is PartyRole.DELEGATE, party.account, party.region)
    )
    return [_status(party, seen, now) for party in ordered]


def read_parties(parameters: Mapping[str, str], account: str, region: str) -> list[Party]:
    """Return whom a ledger's stack registers by its parameters, in its own Region. account: the stack's."""
    own = Party(PartyRole.OWNER, account, region, _listed(parameters.get("Identities", "")))
    owners = [Party(PartyRole.OWNER, each, region) for each in _listed(parameters.get("OwnerAccounts", ""))]
    delegates = _listed(parameters.get("DelegateAccounts", ""))
    return [own, *owners, *(Party(PartyRole.DELEGATE, each, region) for each in delegates)]


def _status(party: Party, seen: list[FeedSeen], now: datetime) -> PartyStatus:
    last = max((_last(party, each) for each in seen if each.region == party.region), default="")
    if not last:
        return PartyStatus(party, ConnectionState.WAITING, "")
    is_silent = last[:10] < (now - SILENT_AFTER).date().isoformat()
    return PartyStatus(party, ConnectionState.SILENT if is_silent else ConnectionState.CONNECTED, last)


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
