"""The rules of standings as docs/ledger.md has them, written again: the expected standings follow these."""

from collections.abc import Sequence
from fractions import Fraction

VOLUME, MINIMUM_VOLUME = 10_000, 2_000
THRESHOLDS = {
    "bounces": ((10_00, "pause"), (5_00, "review"), (2_00, "watch"), (0, "healthy")),
    "complaints": ((50, "pause"), (10, "review"), (5, "watch"), (0, "healthy")),
}
"""Rates in hundredths of a percent at which standings begin, by measure, the worst first."""
_EASED = Fraction(9, 10)


def standing_of(rate: tuple[int, int], held: str, measure: str) -> str:
    """Return the standing that a rate (numerator, denominator) means for an entity.

    held: its standing before, or "".
    """
    thresholds = THRESHOLDS[measure]
    names = [name for _, name in thresholds]
    reached = _first_reached(Fraction(*rate), thresholds)
    eased = _first_reached(Fraction(*rate) / _EASED, thresholds)
    if not held or names.index(reached) <= names.index(held):
        return reached
    return names[max(names.index(held), names.index(eased))]


def _first_reached(rate: Fraction, thresholds: Sequence[tuple[int, str]]) -> str:
    return next(name for threshold, name in thresholds if rate >= Fraction(threshold, 10_000))
