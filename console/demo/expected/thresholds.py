"""The rules of standings as docs/ledger.md has them, written again: the expected standings follow these."""

from collections.abc import Sequence
from fractions import Fraction
from math import log

VOLUME = 10_000
FEWEST_EVENTS, ONCE_IN = 5, 1_000
THRESHOLDS = {
    "bounces": ((10_00, "pause"), (5_00, "review"), (2_00, "watch"), (0, "healthy")),
    "complaints": ((50, "pause"), (10, "review"), (5, "watch"), (0, "healthy")),
}
"""Rates in hundredths of a percent at which standings begin, by measure, the worst first."""
_EASED = Fraction(9, 10)


def standing_of(rate: tuple[int, int], held: str, measure: str, periods: Sequence[tuple[int, int]]) -> str:
    """Return the standing that a rate (numerator, denominator) means for an entity.

    held: its standing before, or "". periods: events and sends of its mail since each of its hours.
    """
    thresholds = THRESHOLDS[measure]
    names = [name for _, name in thresholds]
    shown = [
        (threshold, name)
        for threshold, name in thresholds
        if not threshold or any(_is_no_chance(*period, threshold / 10_000) for period in periods)
    ]
    reached = _first_reached(Fraction(*rate), shown)
    eased = _first_reached(Fraction(*rate) / _EASED, thresholds)
    if not held or names.index(reached) <= names.index(held):
        return reached
    return names[max(names.index(held), names.index(eased))]


def _is_no_chance(events: int, sends: int, threshold: float) -> bool:
    """Return whether so many events are ONCE_IN times likelier at their own share than at the threshold."""
    clean = max(0, sends - events)
    share = events / (events + clean) if events else 0.0
    if events < FEWEST_EVENTS or share <= threshold:
        return False
    of_clean = clean * log((1 - share) / (1 - threshold)) if clean else 0.0
    return events * log(share / threshold) + of_clean >= log(ONCE_IN)


def _first_reached(rate: Fraction, thresholds: Sequence[tuple[int, str]]) -> str:
    return next(name for threshold, name in thresholds if rate >= Fraction(threshold, 10_000))
