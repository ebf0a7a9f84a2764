"""What one of two expected feeds missed, and whether that is too much.

Both feeds report each fact, apart from a notification that is lost now and then. So a feed that misses five
facts in a row has not lost them by chance, and a feed that misses one in two hundred is in order.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.reported import (
    KINDS,
    FeedPeriod,
    by_period,
    last_period_of,
    settled_since,
    sum_feed_counts,
)
from ses_reputation.findings.finding import DetectionState
from ses_reputation.hours import next_period
from ses_reputation.tallies import total

LEAST_ADVERSE, LEAST_FACTS = 5, 20
"""Bounces and complaints that a feed must miss for a finding, or facts of any kind: deliveries abound."""
# A gap is over when the feed has since reported, without a miss, so many facts that at its share of misses it
# would have missed three: by chance that happens once in twenty. At one it is doubtful. Example: a feed
# missed half of its facts. After 2 facts in a row without a miss its gap is doubtful, after 6 it is over.
_DOUBTFUL, _OVER = 1, 3


class Symptom(StrEnum):
    """What is seen of a feed that misses facts. Why it does is read from AWS, not guessed: see doctor."""

    FEED_SILENT = "feed_silent"
    KINDS_MISSING = "kinds_missing"
    MAIL_WITHOUT_SET = "mail_without_set"


@dataclass(frozen=True, slots=True)
class MissedCounts:
    """Facts that only the other feed reported."""

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


@dataclass(frozen=True, slots=True)
class FeedGap:
    """What a feed missed.

    reported: facts that it did report of the same mail. since: the hour or day from which it reported
    nothing (of the kinds), "" where it never did or still does. last_reported: the newest hour or day of
    which it reported anything (of the kinds), or "". kinds: what is missed, where that is not everything.
    """

    state: DetectionState
    symptom: Symptom | None = None
    missed: MissedCounts = MissedCounts()
    reported: int = 0
    since: str = ""
    last_reported: str = ""
    kinds: tuple[str, ...] = ()


NO_GAP = FeedGap(DetectionState.CLEAR)
INCONCLUSIVE_GAP = FeedGap(DetectionState.INCONCLUSIVE)


class Limits(NamedTuple):
    """Shares of missed facts: at `firing` and above a gap is FIRING, below `clear` it is CLEAR.

    They are taken of the newest periods that hold `enough` facts, and of `least_periods` at least.
    """

    firing: float
    clear: float
    enough: int
    least_periods: int = 1


# An outage leaves mail whose send was reported and whose bounce was not, but less than half of what bounced.
OF_A_KIND = Limits(firing=0.5, clear=0.2, enough=20)


class Point(NamedTuple):
    """What a feed missed and what it reported of one period of time."""

    period: str
    missed: int
    reported: int

    @property
    def is_mixed_day(self) -> bool:
        """Return whether it is a day with both, of which the order is no longer known."""
        return bool(self.reported) and "T" not in self.period


@dataclass(frozen=True, slots=True)
class MissedShare:
    """What a feed missed and what it reported of the newest mail.

    lacking: periods in which it missed anything, newest first. reported_since: what it reported of newer
    ones.
    """

    missed: int
    reported: int
    reported_since: int
    lacking: tuple[Point, ...]

    @property
    def share(self) -> float:
        """What it missed of all that it should have reported; 0 where nothing is missed."""
        return self.missed / (self.missed + self.reported) if self.missed else 0.0

    def classify(self, limits: Limits) -> DetectionState:
        """Return FIRING where the feed misses too much, and still does."""
        expected_since = self.share * self.reported_since
        if self.share < limits.clear or expected_since >= _OVER:
            return DetectionState.CLEAR
        is_enough = self.missed >= LEAST_ADVERSE and self.share >= limits.firing
        is_still = expected_since < _DOUBTFUL and not self.lacking[0].is_mixed_day
        return DetectionState.FIRING if is_enough and is_still else DetectionState.INCONCLUSIVE


def accumulate(points: Iterable[Point], limits: Limits) -> MissedShare:
    """Add up points, newest first, until they are enough."""
    missed = reported = reported_since = 0
    lacking: list[Point] = []
    for number, point in enumerate(points, 1):
        missed, reported = missed + point.missed, reported + point.reported
        if point.missed:
            lacking.append(point)
        elif not lacking:
            reported_since += point.reported
        if missed + reported >= limits.enough and number >= limits.least_periods:
            break
    return MissedShare(missed, reported, reported_since, tuple(lacking))


def gap_of_outage(missed: MissedCounts, last_reported: str, kinds: tuple[str, ...] = ()) -> FeedGap:
    """Return the gap of a feed that reported nothing (of the kinds) after a period, and missed this."""
    symptom = Symptom.KINDS_MISSING if kinds else Symptom.FEED_SILENT
    state = DetectionState.INCONCLUSIVE if missed.total else DetectionState.CLEAR
    if missed.adverse >= LEAST_ADVERSE or missed.total >= LEAST_FACTS:
        state = DetectionState.FIRING
    return FeedGap(state, symptom, missed, 0, next_period(last_reported), last_reported, kinds)


def missed_by(feed: Feed, periods: Iterable[FeedPeriod], kinds: Collection[str] = KINDS) -> MissedCounts:
    """Return what of some kinds only the other feed reported."""
    counts = sum_feed_counts(periods)
    return MissedCounts(**{kind: counts.of_kind(kind).missed_by(feed) for kind in kinds})


def gap_of_kind(feed: Feed, periods: Sequence[FeedPeriod], kind: str) -> FeedGap:
    """Return the gap of a feed that leaves out a kind, or part of it."""
    last_reported = last_period_of(periods, lambda each: each.of_kind(kind).by(feed))
    facts = ((period, each.of_kind(kind)) for period, each in by_period(settled_since(periods, "")))
    share = accumulate((Point(at, each.missed_by(feed), each.by(feed)) for at, each in facts), OF_A_KIND)
    missed = MissedCounts(**{kind: share.missed})
    state = share.classify(OF_A_KIND)
    return FeedGap(state, Symptom.KINDS_MISSING, missed, share.reported, "", last_reported, (kind,))


def most_severe(gaps: Iterable[FeedGap]) -> FeedGap:
    """Return the first of the gaps with the most severe state; NO_GAP where there is none."""
    order = list(DetectionState)
    return min(gaps, key=lambda gap: order.index(gap.state), default=NO_GAP)


def most_severe_of_kinds(gaps: Iterable[FeedGap]) -> FeedGap:
    """Return the most severe of gaps of one kind each; those of the same state are joined to it."""
    gaps = list(gaps)
    first = most_severe(gaps)
    alike = [gap for gap in gaps if gap.state is first.state]
    return FeedGap(
        first.state,
        first.symptom,
        total((gap.missed for gap in alike), MissedCounts()),
        sum(gap.reported for gap in alike),
        max((gap.since for gap in alike), default=""),
        max((gap.last_reported for gap in alike), default=""),
        tuple(kind for gap in alike for kind in gap.kinds),
    )
