"""What the feed of one account in one Region leaves out of what an identity owner's feed reports, and why.

All periods are of that account, Region and identity, and come newest first.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.missed_share import (
    FeedGap,
    GapCause,
    Limits,
    Point,
    accumulate,
    gap_of_kind,
    gap_of_outage,
    missed_by,
    most_severe_of_kinds,
)
from ses_reputation.findings.feed_coverage.reported import (
    ADVERSE,
    FeedPeriod,
    by_period,
    last_period_of,
    last_period_reported,
    settled_since,
)
from ses_reputation.findings.finding import DetectionState
from ses_reputation.hours import start_of
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.tallies import group_by, group_pairs

WITHOUT_SET = Limits(firing=0.05, clear=0.02, enough=100, least_periods=12)
# Mail without a configuration set goes on; what is left of a short outage of one set is a few hours.
_LEAST_PERIODS, _LEAST_SPAN = 3, timedelta(hours=6)
# A set that sent nothing for longer than a weekend before mail without a set began has nothing to do with it.
_MOST_QUIET = timedelta(days=3)
# Before a set was lost there was next to no mail without a set: at most a tenth of what there is since.
_MOST_BEFORE = 0.1


def sender_feed_outage(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of a feed that fell silent as a whole, or was never set up."""
    last_reported = last_period_reported(periods, Feed.SENDER)
    cause = GapCause.SENDER_LOST if last_reported else GapCause.SENDER_NOT_SET_UP
    return gap_of_outage(cause, missed_by(Feed.SENDER, settled_since(periods, last_reported)), last_reported)


def gaps_of_sets(periods: Sequence[FeedPeriod]) -> dict[str, FeedGap]:
    """Return the gap of each configuration set by its name, where the feed reports something."""
    by_set = group_by(periods, lambda each: each.configuration_set)
    unnamed = by_set.pop(NO_CONFIGURATION_SET, [])
    lost = _lost_sets(by_set, unnamed)
    return {
        name: lost.get(name) or most_severe_of_kinds(_gap_of_kind(own, kind) for kind in ADVERSE)
        for name, own in by_set.items()
    }


def gap_without_set(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of mail that is sent without a configuration set, while the feed reports other mail.

    Hours of which the feed reported nothing at all do not count: they belong to an outage. A set that was
    silent in just these hours explains the gap better, whether it reports again or not.
    """
    share = accumulate(_points_without_set(periods), WITHOUT_SET)
    lacking = [point.period for point in share.lacking]
    state = share.classify(WITHOUT_SET)
    if state is DetectionState.FIRING and not (_is_lasting(lacking) and _is_unexplained(lacking, periods)):
        state = DetectionState.INCONCLUSIVE
    unnamed = (each for each in periods if each.configuration_set == NO_CONFIGURATION_SET)
    missed = missed_by(Feed.SENDER, (each for each in unnamed if each.period in lacking))
    last_reported = last_period_reported(periods, Feed.SENDER)
    return FeedGap(state, GapCause.NO_CONFIGURATION_SET, missed, share.reported, "", last_reported)


def _points_without_set(periods: Sequence[FeedPeriod]) -> Iterator[Point]:
    unnamed = {
        each.period: missed_by(Feed.SENDER, [each], ADVERSE).adverse
        for each in periods
        if each.configuration_set == NO_CONFIGURATION_SET
    }
    for period, counts in by_period(settled_since(periods, "")):
        if counts.by(Feed.SENDER):
            missed = unnamed.get(period, 0)
            yield Point(period, missed, sum(counts.of_kind(kind).total for kind in ADVERSE) - missed)


def _is_lasting(lacking: Sequence[str]) -> bool:
    return len(lacking) >= _LEAST_PERIODS and start_of(lacking[0]) - start_of(lacking[-1]) >= _LEAST_SPAN


def _is_unexplained(lacking: Sequence[str], periods: Sequence[FeedPeriod]) -> bool:
    """Return whether no set that reported before was silent from the oldest of the periods to the newest."""
    first, last = lacking[-1], lacking[0]
    reported = group_pairs(
        (each.configuration_set, each.period) for each in periods if each.counts.by(Feed.SENDER)
    )
    return not any(
        _is_shortly_before(max((each for each in own if each <= first), default=""), first)
        and not any(first < each < last for each in own)
        for own in reported.values()
    )


def _is_shortly_before(earlier: str, later: str) -> bool:
    return bool(earlier) and start_of(later) - start_of(earlier) <= _MOST_QUIET


def _lost_sets(
    by_set: Mapping[str, Sequence[FeedPeriod]], unnamed: Sequence[FeedPeriod]
) -> dict[str, FeedGap]:
    """Return the sets, mostly one, that fell silent last before mail without a set began."""
    gaps = {name: gap for name, own in by_set.items() if (gap := _loss_of_set(own, unnamed))}
    latest = max((gap.last_reported for gap in gaps.values()), default="")
    return {name: gap for name, gap in gaps.items() if gap.last_reported == latest}


def _loss_of_set(own: Sequence[FeedPeriod], unnamed: Sequence[FeedPeriod]) -> FeedGap | None:
    last_reported = last_period_reported(own, Feed.SENDER)
    since = [each for each in settled_since(unnamed, last_reported) if each.counts.by(Feed.OWNER)]
    if not since or not _is_shortly_before(last_reported, since[-1].period):
        return None
    missed = missed_by(Feed.SENDER, since)
    before = missed_by(Feed.SENDER, (each for each in unnamed if each.period < last_reported))
    if before.total > _MOST_BEFORE * missed.total:
        return None
    return gap_of_outage(GapCause.EVENT_DESTINATION_LOST, missed, last_reported)


def _gap_of_kind(own: Sequence[FeedPeriod], kind: str) -> FeedGap:
    last_reported = last_period_of(own, lambda each: each.of_kind(kind).by(Feed.SENDER))
    cause = GapCause.SENDER_REPORTS_IN_PART if last_reported else GapCause.EVENT_TYPE_NOT_SELECTED
    return gap_of_kind(Feed.SENDER, own, kind, cause, last_reported)
