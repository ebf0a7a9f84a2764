"""Standings, and the rates at which they begin: those of SES unless the stack says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Standing(StrEnum):
    """Where an entity stands by one measure, best first: at REVIEW SES reviews, at PAUSE it may pause."""

    HEALTHY = "healthy"
    WATCH = "watch"
    REVIEW = "review"
    PAUSE = "pause"

    @property
    def severity(self) -> int:
        """0 for HEALTHY to 3 for PAUSE."""
        return list(Standing).index(self)


class Measure(StrEnum):
    """What SES rates a sender by."""

    BOUNCES = "bounces"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The rates, as fractions of 1, at which standings begin; a rate that equals one has reached it."""

    watch: Fraction
    review: Fraction
    pause: Fraction

    def items(self) -> tuple[tuple[Standing, Fraction], ...]:
        """The standings above HEALTHY with their thresholds, mildest first."""
        return (Standing.WATCH, self.watch), (Standing.REVIEW, self.review), (Standing.PAUSE, self.pause)


def _of_ses() -> Mapping[Measure, Thresholds]:
    # SES developer guide: aim for < 2 %, review at 5 %, pause at 10 %; complaints: review at 0.1 %, pause at
    # 0.5 %.
    return {
        Measure.BOUNCES: Thresholds(Fraction(2, 100), Fraction(5, 100), Fraction(10, 100)),
        Measure.COMPLAINTS: Thresholds(Fraction(5, 10_000), Fraction(1, 1_000), Fraction(5, 1_000)),
    }


@dataclass(frozen=True, slots=True)
class StandingRules:
    """How standings are determined.

    volume: sends that the volume window holds; most_days: how far back it reaches at most. hysteresis: a
    standing is left when the rate is below its threshold by this fraction of it."""

    thresholds: Mapping[Measure, Thresholds] = field(default_factory=_of_ses)
    volume: int = 10_000
    most_days: int = 365
    hysteresis: Fraction = Fraction(1, 10)
