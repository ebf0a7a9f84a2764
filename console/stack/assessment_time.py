"""When the ledger was assessed last: a book of which nothing changed is not stored again each time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ses_reputation.rollup.rolling_up import SETTLING
from ses_reputation.standing.state import BookState

# Windows end with the current hour, so each book is stored once an hour at least.
_FALLEN_BEHIND = timedelta(hours=2)


def last_assessed_at(watermark: datetime | None, states: Iterable[BookState]) -> datetime:
    """Return when the last assessment was, of at least one state.

    watermark: up to when posted balances are folded into days; the assessment began so much later as
    balances take to settle.
    """
    stored = max(state.assessed_at for state in states)
    return max(stored, watermark + SETTLING) if watermark else stored


def has_fallen_behind(state: BookState, last: datetime) -> bool:
    """Tell whether a book was left out of assessments, which happens where it cannot be read."""
    return last - state.assessed_at > _FALLEN_BEHIND
