"""Who gets a digest, and of which entities: the owners of all, a sending account of its own mail alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.standing.state import EntityState, FindingState

Open = tuple[ReputationEntity, FindingState]
"""A finding that is open, and the entity that it is open in."""


@dataclass(frozen=True, slots=True)
class DigestParty:
    """The owners together, whose `account` is empty, or one sending account.

    Owners may subscribe to every alert, and what any sender does harms their domains. A delegate hears of its
    account only, as by the filter of its subscription (docs/alerts.md).
    """

    account: str = ""

    @property
    def key(self) -> str:
        """The party in one word: `owners`, or the account's id."""
        return self.account or "owners"

    @property
    def attributes(self) -> dict[str, str]:
        """What subscriptions filter the digest by."""
        if not self.account:
            return {"kind": "digest", "party": "owners"}
        return {"kind": "delegate_digest", "party": "delegate", "account": self.account}

    def own(self, states: Iterable[EntityState]) -> list[EntityState]:
        """Return the entities that the party may see whole.

        An identity's figures are those of all who send with it: no delegate sees them.
        """
        return [each for each in states if not self.account or self._is_own(each.entity)]

    def findings(self, states: Iterable[EntityState]) -> list[Open]:
        """Return the open findings that concern the party's mail, the oldest first.

        Of an identity, a delegate sees only what says that its own feed misses something.
        """
        found = [
            (state.entity, finding)
            for state in states
            for finding in state.findings.values()
            if not self.account or self._is_own(state.entity) or finding.is_gap_of(self.account)
        ]
        return sorted(found, key=lambda each: (each[1].opened_at, each[0], each[1].key))

    def _is_own(self, entity: ReputationEntity) -> bool:
        return entity.kind is EntityKind.ACCOUNT and entity.name == self.account


OWNERS = DigestParty()


def parties_of(states: Iterable[EntityState]) -> list[DigestParty]:
    """Return the owners, and each account that sends; nobody where nothing is known yet."""
    entities = [each.entity for each in states]
    accounts = {each.name for each in entities if each.kind is EntityKind.ACCOUNT}
    return [OWNERS, *map(DigestParty, sorted(accounts))] if entities else []
