"""Standings, and the rates at which they begin: those of SES unless the stack says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from ses_reputation.rollup.entities import EntityKind, ReputationEntity


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


def severity_of(standing: Standing | None) -> int:
    """Return what sorts by severity: -1 where there is no standing, then as `Standing.severity`."""
    return standing.severity if standing else -1


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
    standing is left when the rate is below its threshold by this fraction of it. account_volumes: the volume
    of accounts that have another, by `444455556666` or `444455556666/us-east-1`."""

    thresholds: Mapping[Measure, Thresholds] = field(default_factory=_of_ses)
    volume: int = 10_000
    most_days: int = 365
    hysteresis: Fraction = Fraction(1, 10)
    account_volumes: Mapping[str, int] = field(default_factory=dict)

    def of(self, entity: ReputationEntity) -> "StandingRules":
        """Return the rules of one entity: those of an account have its own volume.

        SES keeps "representative volume" apart for each user (developer guide, "Sending review process FAQs",
        Bounce Q5), and its console shows it. The mail of an identity has no such volume.
        """
        if entity.kind is not EntityKind.ACCOUNT:
            return self
        places = (f"{entity.name}/{entity.region}", entity.name)
        volumes = (self.account_volumes[place] for place in places if place in self.account_volumes)
        return replace(self, volume=next(volumes, self.volume))
