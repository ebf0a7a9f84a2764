"""What is simulated: the rules that are compared, the marks, and how much senders send."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.rules import LatestPeriods, Rule, bare, wilson

BEFORE, CHOSEN = "bare fraction (before)", "chosen: any latest period, 1 in 1,000"
RULES: Mapping[str, Rule] = {
    BEFORE: bare,
    "Wilson 95 %": wilson(1.6449),
    "Wilson 99 %": wilson(2.3263),
    "Wilson 99.9 %": wilson(3.0902),
    "window alone, 1 in 1,000": LatestPeriods(is_any=False),
    "any period, one event is enough": LatestPeriods(fewest=1),
    "any period, 1 in 400": LatestPeriods(rarity=400),
    "any period, 1 in 3,000 at 80 % of the mark": LatestPeriods(rarity=3_000, part=0.8),
    CHOSEN: LatestPeriods(),
}
"""Rules by name, in the order of the tables. Wilson's levels are one-sided, of the volume window."""

VOLUMES = (50, 500, 2_000, 10_000, 50_000)
"""Sends a day."""


class Mark(StrEnum):
    """Where a standing begins: at SES's own rates, and at those that it advises (or that are ours)."""

    BOUNCE_WATCH = "bounces: watch (2 %)"
    BOUNCE_REVIEW = "bounces: review (5 %)"
    BOUNCE_PAUSE = "bounces: pause (10 %)"
    COMPLAINT_WATCH = "complaints: watch (0.05 %)"
    COMPLAINT_REVIEW = "complaints: review (0.1 %)"
    COMPLAINT_PAUSE = "complaints: pause (0.5 %)"

    @property
    def rate(self) -> Fraction:
        """The mark as a fraction of 1."""
        return _RATES[self]


_RATES: Mapping[Mark, Fraction] = {
    Mark.BOUNCE_WATCH: Fraction(2, 100),
    Mark.BOUNCE_REVIEW: Fraction(5, 100),
    Mark.BOUNCE_PAUSE: Fraction(10, 100),
    Mark.COMPLAINT_WATCH: Fraction(5, 10_000),
    Mark.COMPLAINT_REVIEW: Fraction(1, 1_000),
    Mark.COMPLAINT_PAUSE: Fraction(5, 1_000),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, 90th percentile and mean of what was found of all senders; None: not within the time."""

    median: float | None
    ninetieth: float | None
    mean: float | None

    @classmethod
    def of(cls, found: NDArray[np.float64] | Sequence[float]) -> "Spread":
        """Return the spread of figures, infinite where something did not happen."""
        median, ninetieth = np.percentile(found, [50, 90], method="higher")
        return cls(*(_finite(each) for each in (median, ninetieth, np.mean(found))))


def _finite(figure: np.floating[Any]) -> float | None:
    return round(float(figure), 3) if np.isfinite(figure) else None


def draws_of(name: str, number: int) -> Iterator[np.random.Generator]:
    """Yield so many sources of chance, which depend on nothing but the name."""
    return (np.random.default_rng([SEED, each, *name.encode()]) for each in range(number))


SEED = 12
