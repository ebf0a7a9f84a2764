"""Which entities and senders an operator's options choose, and what the error says where there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.errors import NotFoundError
from ses_reputation.rollup.entities import (
    EntityKind,
    ReputationEntity,
    SenderIdentity,
    account_entity,
    identity_entity,
    is_within,
)
from ses_reputation.standing.state import EntityState
from ses_reputation.visible_text import visible

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class EntityChoice:
    """A choice by account, Region and identity; without any of them it is everything.

    A domain chooses the identities that are addresses of it, too.
    """

    account: str = ""
    region: str = ""
    identity: str = ""

    def has_entity(self, entity: ReputationEntity) -> bool:
        """Return whether an entity is chosen. A Region alone chooses no identity: these span all Regions."""
        if not (self.account or self.region or self.identity):
            return True
        if entity.kind is EntityKind.IDENTITY:
            return bool(self.identity) and is_within(entity.name, self.identity)
        return bool(self.account or self.region) and (
            self.account in ("", entity.name) and self.region in ("", entity.region)
        )

    def has_sender(self, sender: SenderIdentity) -> bool:
        """Return whether a sender's mail is chosen."""
        return (
            self.account in ("", sender.account)
            and self.region in ("", sender.region)
            and (not self.identity or is_within(sender.identity, self.identity))
        )

    def title(self) -> str:
        """The choice in words: `account 444455556666, Region us-east-1`."""
        parts = (("account", self.account), ("Region", self.region), ("identity", self.identity))
        return ", ".join(f"{noun} {name}" for noun, name in parts if name)


def choose_states(
    states: Mapping[ReputationEntity, EntityState], choice: EntityChoice, schedule: str
) -> list[EntityState]:
    """Return the states of the chosen entities, sorted by entity.

    Raises NotFoundError where nothing was assessed yet, or nothing of this choice. `schedule` says when
    assessments run.
    """
    if not states:
        raise NotFoundError(
            f"No assessment yet: the first runs on the schedule, {schedule}, once any mail has a balance "
            "(`ses-reputation balances` lists them)."
        )
    chosen = [states[entity] for entity in sorted(states) if choice.has_entity(entity)]
    if not chosen:
        raise NotFoundError(_describe_unknown(states, choice))
    return chosen


def choose_senders(
    senders: Iterable[SenderIdentity], choice: EntityChoice, schedule: str
) -> list[SenderIdentity]:
    """Return the chosen senders, sorted.

    Raises NotFoundError where no sender is known yet, or none of this choice. `schedule` says when
    assessments run.
    """
    known = sorted(set(senders))
    if not known:
        raise NotFoundError(
            f"No sender is known yet: assessments find them on their schedule, {schedule}, once any mail has "
            "a balance (`ses-reputation balances` lists them)."
        )
    check_known(known, choice)
    return [sender for sender in known if choice.has_sender(sender)]


def check_known(senders: Iterable[SenderIdentity], choice: EntityChoice) -> None:
    """Raise NotFoundError where senders are known, but none of this choice."""
    known = sorted(set(senders))
    if known and not any(map(choice.has_sender, known)):
        raise NotFoundError(_describe_unknown(_entities(known), choice))


def _entities(senders: Iterable[SenderIdentity]) -> list[ReputationEntity]:
    pairs = ((account_entity(each.account, each.region), identity_entity(each.identity)) for each in senders)
    return [entity for pair in pairs for entity in pair]


def _describe_unknown(entities: Iterable[ReputationEntity], choice: EntityChoice) -> str:
    wanted = EntityKind.IDENTITY if choice.identity and not choice.account else EntityKind.ACCOUNT
    known = sorted({_name(entity) for entity in entities if entity.kind is wanted})
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    plural = "identities" if wanted is EntityKind.IDENTITY else "accounts"
    return (
        f"The ledger knows no mail of {choice.title()}. It knows these {plural}: "
        f"{', '.join(known[:_MOST_NAMED])}{more}. "
        "Mail appears once SES's feedback on it has been counted and assessed."
    )


def _name(entity: ReputationEntity) -> str:
    return visible(f"{entity.name} ({entity.region})" if entity.region else entity.name)
