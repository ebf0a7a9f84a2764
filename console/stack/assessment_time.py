"""When the last assessment was. Entities do not say: one of which nothing changed is not stored again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ses_reputation.rollup.rolling_up import SETTLING
from ses_reputation.standing.state import EntityState

# Windows end with the current hour, so each entity is stored at least once an hour.
_FALLEN_BEHIND = timedelta(hours=2)


def last_assessed_at(watermark: datetime | None, states: Iterable[EntityState]) -> datetime:
    """Return when the last assessment was, of at least one state.

    watermark: up to when posted balances are rolled up into days. The assessment began later, by the time
    that balances take to settle.
    """
    stored = max(state.assessed_at for state in states)
    return max(stored, watermark + SETTLING) if watermark else stored


def has_fallen_behind(state: EntityState, last: datetime) -> bool:
    """Return whether an entity was left out of assessments, which happens where it cannot be read.

    An account of which only SES's decision is known has no mail to assess.
    """
    has_mail = "measures" in state.view or state.decision is None
    return has_mail and last - state.assessed_at > _FALLEN_BEHIND
