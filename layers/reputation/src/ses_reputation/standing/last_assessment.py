"""When the last assessment was. Entities do not say: one of which nothing changed is not stored again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, entities_of
from ses_reputation.rollup.rolling_up import SETTLING
from ses_reputation.standing.state import EntityState

# Windows end with the current hour, so each entity is stored at least once an hour.
_FALLEN_BEHIND = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class LastAssessment:
    """When the last assessment was, and of what: the entities of all senders that are registered.

    Nobody assesses an account of which only SES's decision is known, nor who has sent nothing for as long as
    windows reach.
    """

    at: datetime
    entities: frozenset[ReputationEntity]

    def has_left_out(self, state: EntityState) -> bool:
        """Return whether an entity has fallen behind, which happens where it cannot be read."""
        return state.entity in self.entities and self.at - state.assessed_at > _FALLEN_BEHIND


def last_assessment(
    watermark: datetime | None, states: Iterable[EntityState], senders: Iterable[SenderIdentity]
) -> LastAssessment:
    """Return the last assessment, of at least one state.

    watermark: up to when posted balances are rolled up into days. The assessment began later, by the time
    that balances take to settle. senders: all that are registered.
    """
    stored = max(state.assessed_at for state in states)
    at = max(stored, watermark + SETTLING) if watermark else stored
    return LastAssessment(at, frozenset(entities_of(senders)))
