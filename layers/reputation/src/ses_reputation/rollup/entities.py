"""Whose mail is summed: an account's, which SES enforces against, or an identity's, whose owner is harmed.

One event stands in both entities, and the two are never added together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ses_reputation.tallies import group_pairs
from ses_reputation.visible_text import shorten_addresses, visible


class SenderIdentity(NamedTuple):
    """An account that sends with an identity in one Region: whose hours the ledger keeps balances of."""

    account: str
    region: str
    identity: str


class EntityKind(StrEnum):
    """Which side of a mail an entity is kept for."""

    ACCOUNT = "account"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True, order=True)
class ReputationEntity:
    """The mail of one account in one Region, or all mail that anybody sends with one identity.

    `name` is an account id, or an identity (domain or address). `region` is empty for an identity.
    """

    kind: EntityKind
    name: str
    region: str = ""

    @property
    def key(self) -> str:
        """The entity in one word: `account#444455556666#us-east-1`, `identity#example.com`."""
        return f"{self.kind}#{self.name}#{self.region}" if self.region else f"{self.kind}#{self.name}"

    @property
    def title(self) -> str:
        """The entity as people read it, each letter of its name visible."""
        return visible(f"{self.kind} {self.name}" + (f" in {self.region}" if self.region else ""))

    @property
    def names(self) -> dict[str, str]:
        """What names it: `account` and `region`, or `identity`."""
        named = {str(self.kind): self.name}
        return {**named, "region": self.region} if self.kind is EntityKind.ACCOUNT else named

    @property
    def short_key(self) -> str:
        """Its key for logs, in which an identity that is an address is shortened."""
        return shorten_addresses(self.key)

    @property
    def short_names(self) -> dict[str, str]:
        """What names it in metrics, in which an identity that is an address is shortened."""
        return {name: shorten_addresses(value) for name, value in self.names.items()}

    def to_json(self) -> dict[str, str]:
        """Return the fields that name it in events and `--json`: `kind`, and its `names`."""
        return {"kind": str(self.kind), **self.names}


def account_entity(account: str, region: str) -> ReputationEntity:
    """Return the entity of a sending account: SES keeps a reputation for each Region."""
    return ReputationEntity(EntityKind.ACCOUNT, account, region)


def identity_entity(identity: str) -> ReputationEntity:
    """Return the entity of an identity, across all senders and Regions."""
    return ReputationEntity(EntityKind.IDENTITY, identity)


def is_within(identity: str, chosen: str) -> bool:
    """Return whether an identity is the chosen one, or an address of the chosen domain.

    SES keeps both apart, and the mail of either harms the domain: whoever asks for it wants to see both.
    An address can be chosen as alerts, logs and metrics show it: `s...@example.com`.
    """
    return chosen in {identity, shorten_addresses(identity)} or identity.endswith(f"@{chosen}")


def entity_of_key(key: str) -> ReputationEntity:
    """Return the entity that a key names. Raises ValueError where it names none."""
    kind, _, rest = key.partition("#")
    if kind == EntityKind.IDENTITY:
        return identity_entity(rest)
    account, _, region = rest.partition("#")
    return ReputationEntity(EntityKind(kind), account, region)


def both_entities(sender: SenderIdentity) -> tuple[ReputationEntity, ReputationEntity]:
    """Return the entities that a sender's mail stands in: its account's and its identity's."""
    return account_entity(sender.account, sender.region), identity_entity(sender.identity)


def entities_of(senders: Iterable[SenderIdentity]) -> dict[ReputationEntity, list[SenderIdentity]]:
    """Return the two entities of each sender with all senders that stand in them, sorted."""
    entities = group_pairs(
        (entity, sender) for sender in sorted(set(senders)) for entity in both_entities(sender)
    )
    return dict(sorted(entities.items()))


def only_region_of(senders: Iterable[SenderIdentity]) -> str:
    """Return the Region that all of some senders send from; "" where that is several."""
    regions = {sender.region for sender in senders}
    return regions.pop() if len(regions) == 1 else ""
