"""What one of two expected feeds missed, judged with care for small numbers.

Both feeds tell each fact, but for a notification that is lost now and then. So a feed that misses five in a
row has not lost them by chance, and one that misses one in two hundred has nothing wrong with it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ses_reputation.findings.feed_coverage.reported import KINDS, FeedPeriod, sum_feed_counts
from ses_reputation.findings.finding import DetectionState

LEAST_ADVERSE, LEAST_FACTS = 5, 20
"""Bounces and complaints that a feed must miss for a finding, or facts of any kind: deliveries abound."""
# What a feed missed is over when it told so many facts since that it would have missed three more at the same
# share: that it did not is a chance of one in twenty. From one on it is doubtful.
_DOUBTFUL, _OVER = 1, 3


class GapCause(StrEnum):
    """Why one feed may be missing what the other tells."""

    SENDER_NOT_SET_UP = "sender_not_set_up"
    SENDER_LOST = "sender_lost"
    EVENT_DESTINATION_LOST = "event_destination_lost"
    EVENT_TYPE_NOT_SELECTED = "event_type_not_selected"
    NO_CONFIGURATION_SET = "no_configuration_set"
    SENDER_TELLS_IN_PART = "sender_tells_in_part"
    OWNER_LOST = "owner_lost"
    OWNER_TOPIC_NOT_SET = "owner_topic_not_set"
    OWNER_TOPIC_LOST = "owner_topic_lost"
    OWNER_TELLS_IN_PART = "owner_tells_in_part"


@dataclass(frozen=True, slots=True)
class MissedCounts:
    """Facts that only the other feed told."""

    delivered: int = 0
    bounced: int = 0
    complained: int = 0

    @property
    def adverse(self) -> int:
        """Bounces and complaints."""
        return self.bounced + self.complained

    @property
    def total(self) -> int:
        """Facts of all kinds."""
        return self.delivered + self.adverse

    def plus(self, other: "MissedCounts") -> "MissedCounts":
        """Both together."""
        return MissedCounts(
            self.delivered + other.delivered,
            self.bounced + other.bounced,
            self.complained + other.complained,
        )


@dataclass(frozen=True, slots=True)
class FeedGap:
    """What a feed missed.

    told: facts that it did tell of the same mail. since: the hour or day from which it told nothing (of the
    kinds), "" where it never did or still does. last_reported: the newest hour or day of which it told
    anything (of the kinds), or "". kinds: what is missed, where that is not everything."""

    state: DetectionState
    cause: GapCause | None = None
    missed: MissedCounts = MissedCounts()
    told: int = 0
    since: str = ""
    last_reported: str = ""
    kinds: tuple[str, ...] = ()


NO_GAP = FeedGap(DetectionState.CLEAR)
INCONCLUSIVE_GAP = FeedGap(DetectionState.INCONCLUSIVE)


class Limits(NamedTuple):
    """Shares of missed facts: FIRING from the one on, CLEAR below the other.

    They are judged in the newest periods, at least so many, that hold enough facts.
    """

    found: float
    clear: float
    enough: int
    least_periods: int = 1


class Point(NamedTuple):
    """What a feed missed and told of one period of time."""

    period: str
    missed: int
    told: int

    @property
    def is_mixed_day(self) -> bool:
        """Tell whether it is a day of which nobody knows any more whether it told first, or missed first."""
        return bool(self.told) and "T" not in self.period


@dataclass(frozen=True, slots=True)
class MissedShare:
    """What a feed missed and told of the newest mail.

    lacking: periods in which it missed anything, newest first. told_since: what it told of newer ones.
    """

    missed: int
    told: int
    told_since: int
    lacking: tuple[Point, ...]

    @property
    def share(self) -> float:
        """What it missed of all it should have told; 0 where nothing is missed."""
        return self.missed / (self.missed + self.told) if self.missed else 0.0

    def judge(self, limits: Limits) -> DetectionState:
        """Tell whether the feed misses too much, and still does."""
        expected_since = self.share * self.told_since
        if self.share < limits.clear or expected_since >= _OVER:
            return DetectionState.CLEAR
        is_enough = self.missed >= LEAST_ADVERSE and self.share >= limits.found
        is_still = expected_since < _DOUBTFUL and not self.lacking[0].is_mixed_day
        return DetectionState.FIRING if is_enough and is_still else DetectionState.INCONCLUSIVE


def accumulate(points: Iterable[Point], limits: Limits) -> MissedShare:
    """Add up points, newest first, until they are enough."""
    missed = told = told_since = 0
    lacking: list[Point] = []
    for number, point in enumerate(points, 1):
        missed, told = missed + point.missed, told + point.told
        if point.missed:
            lacking.append(point)
        elif not lacking:
            told_since += point.told
        if missed + told >= limits.enough and number >= limits.least_periods:
            break
    return MissedShare(missed, told, told_since, tuple(lacking))


def judge_outage(missed: MissedCounts) -> DetectionState:
    """Judge what a feed missed while it told nothing at all."""
    if missed.adverse >= LEAST_ADVERSE or missed.total >= LEAST_FACTS:
        return DetectionState.FIRING
    return DetectionState.INCONCLUSIVE if missed.total else DetectionState.CLEAR


def missed_by_sender(cells: Iterable[FeedPeriod]) -> MissedCounts:
    """Return what only the owner's feed told."""
    told = sum_feed_counts(cells)
    return MissedCounts(*(told.of_kind(kind).owner_only for kind in KINDS))


def missed_by_owner(cells: Iterable[FeedPeriod], kinds: Collection[str]) -> MissedCounts:
    """Return what of some kinds only the sender's feed told."""
    told = sum_feed_counts(cells)
    return MissedCounts(**{kind: told.of_kind(kind).sender_only for kind in kinds})


def most_severe(gaps: Iterable[FeedGap]) -> FeedGap:
    """Return the first of the gaps with the most_severe state; NO_GAP where there is none."""
    order = list(DetectionState)
    return min(gaps, key=lambda gap: order.index(gap.state), default=NO_GAP)


def most_severe_of_kinds(gaps: Iterable[FeedGap]) -> FeedGap:
    """Return the most_severe of gaps of one kind each, with those of the same cause and state joined to
    it."""
    gaps = list(gaps)
    first = most_severe(gaps)
    alike = [gap for gap in gaps if (gap.state, gap.cause) == (first.state, first.cause)]
    missed = MissedCounts()
    for gap in alike:
        missed = missed.plus(gap.missed)
    return FeedGap(
        first.state,
        first.cause,
        missed,
        sum(gap.told for gap in alike),
        max((gap.since for gap in alike), default=""),
        max((gap.last_reported for gap in alike), default=""),
        tuple(kind for gap in alike for kind in gap.kinds),
    )
