"""When the ledger was assessed last: an entity of which nothing changed is not stored again each time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ses_reputation.rollup.rolling_up import SETTLING
from ses_reputation.standing.state import EntityState

# Windows end with the current hour, so each entity is stored once an hour at least.
_FALLEN_BEHIND = timedelta(hours=2)


def last_assessed_at(watermark: datetime | None, states: Iterable[EntityState]) -> datetime:
    """Return when the last assessment was, of at least one state.

    watermark: up to when posted balances are folded into days; the assessment began so much later as
    balances take to settle.
    """
    stored = max(state.assessed_at for state in states)
    return max(stored, watermark + SETTLING) if watermark else stored


def has_fallen_behind(state: EntityState, last: datetime) -> bool:
    """Tell whether an entity was left out of assessments, which happens where it cannot be read."""
    return last - state.assessed_at > _FALLEN_BEHIND
