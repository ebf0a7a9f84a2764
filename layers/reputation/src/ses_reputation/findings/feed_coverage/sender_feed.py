"""What the feed of one account in one Region leaves out of what an identity's owner is told, and why.

All cells are of that account, Region and identity, and come newest first.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from ses_reputation.findings.feed_coverage.missed_share import (
    FeedGap,
    GapCause,
    Limits,
    MissedCounts,
    Point,
    accumulate,
    judge_outage,
    missed_by_sender,
    most_severe_of_kinds,
)
from ses_reputation.findings.feed_coverage.reported import (
    ADVERSE,
    FeedCounts,
    FeedPeriod,
    begins_at,
    by_period,
    last_period_reported,
    period_after,
    settled_since,
)
from ses_reputation.findings.finding import DetectionState
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET

# An outage leaves mail whose send was told and whose bounce was not, but that is not half of what bounced.
OF_A_KIND = Limits(found=0.5, clear=0.2, enough=20)
WITHOUT_SET = Limits(found=0.05, clear=0.02, enough=100, least_periods=12)
# Mail without a configuration set goes on; what is left of a short outage of one set is a few hours.
_LEAST_PERIODS, _LEAST_SPAN = 3, timedelta(hours=6)
# A set that was quiet for longer than a weekend before mail without any began has nothing to do with it.
_MOST_QUIET = timedelta(days=3)
# Before a set was lost there was next to no mail without any: a tenth of what there is since, at most.
_MOST_BEFORE = 0.1


def sender_feed_outage(cells: Sequence[FeedPeriod]) -> FeedGap:
    """Judge whether the feed has fallen silent as a whole, or was never set up."""
    last_reported = last_period_reported(cells, _by_sender)
    missed = missed_by_sender(settled_since(cells, last_reported))
    cause = GapCause.SENDER_LOST if last_reported else GapCause.SENDER_NOT_SET_UP
    return FeedGap(judge_outage(missed), cause, missed, 0, period_after(last_reported), last_reported)


def gaps_of_sets(cells: Sequence[FeedPeriod]) -> dict[str, FeedGap]:
    """Judge each configuration set by its name, where the feed tells something."""
    by_set: dict[str, list[FeedPeriod]] = {}
    for cell in cells:
        by_set.setdefault(cell.configuration_set, []).append(cell)
    unnamed = by_set.pop(NO_CONFIGURATION_SET, [])
    lost = _lost_sets(by_set, unnamed)
    return {name: lost.get(name) or _gap_of_kinds(own) for name, own in by_set.items()}


def gap_without_set(cells: Sequence[FeedPeriod]) -> FeedGap:
    """Judge whether some mail is sent without a configuration set, while the feed tells of other mail.

    Hours of which the feed told nothing at all do not count: what is missed there is its silence. A set that
    was silent just then explains it better, whether it tells again or not.
    """
    weight = accumulate(_points_without_set(cells), WITHOUT_SET)
    periods = [point.period for point in weight.lacking]
    state = weight.judge(WITHOUT_SET)
    if state is DetectionState.FIRING and not (_is_lasting(periods) and _is_unexplained(periods, cells)):
        state = DetectionState.INCONCLUSIVE
    missed = missed_by_sender(
        cell for cell in cells if cell.configuration_set == NO_CONFIGURATION_SET and cell.period in periods
    )
    last_reported = last_period_reported(cells, _by_sender)
    return FeedGap(state, GapCause.NO_CONFIGURATION_SET, missed, weight.told, "", last_reported)


def _points_without_set(cells: Sequence[FeedPeriod]) -> Iterator[Point]:
    unnamed = {
        cell.period: missed_by_sender([cell]).adverse
        for cell in cells
        if cell.configuration_set == NO_CONFIGURATION_SET
    }
    for period, told in by_period(settled_since(cells, "")):
        if told.by_sender:
            missed = unnamed.get(period, 0)
            yield Point(period, missed, sum(told.of_kind(kind).total for kind in ADVERSE) - missed)


def _is_lasting(periods: Sequence[str]) -> bool:
    return len(periods) >= _LEAST_PERIODS and begins_at(periods[0]) - begins_at(periods[-1]) >= _LEAST_SPAN


def _is_unexplained(periods: Sequence[str], cells: Sequence[FeedPeriod]) -> bool:
    """Tell whether no set was silent from the oldest of the periods to the newest, and told before."""
    first, last = periods[-1], periods[0]
    told: dict[str, list[str]] = {}
    for cell in cells:
        if cell.told.by_sender:
            told.setdefault(cell.configuration_set, []).append(cell.period)
    return not any(
        _is_shortly_before(max((each for each in own if each <= first), default=""), first)
        and not any(first < each < last for each in own)
        for own in told.values()
    )


def _is_shortly_before(earlier: str, later: str) -> bool:
    return bool(earlier) and begins_at(later) - begins_at(earlier) <= _MOST_QUIET


def _lost_sets(
    by_set: Mapping[str, Sequence[FeedPeriod]], unnamed: Sequence[FeedPeriod]
) -> dict[str, FeedGap]:
    """Return the sets, mostly one, that fell silent last before mail without any began."""
    gaps = {name: gap for name, own in by_set.items() if (gap := _loss_of_set(own, unnamed))}
    latest = max((gap.last_reported for gap in gaps.values()), default="")
    return {name: gap for name, gap in gaps.items() if gap.last_reported == latest}


def _loss_of_set(own: Sequence[FeedPeriod], unnamed: Sequence[FeedPeriod]) -> FeedGap | None:
    last_reported = last_period_reported(own, _by_sender)
    since = [cell for cell in settled_since(unnamed, last_reported) if cell.told.by_owner]
    if not since or not _is_shortly_before(last_reported, since[-1].period):
        return None
    missed = missed_by_sender(since)
    before = missed_by_sender(cell for cell in unnamed if cell.period < last_reported)
    if before.total > _MOST_BEFORE * missed.total:
        return None
    cause = GapCause.EVENT_DESTINATION_LOST
    return FeedGap(judge_outage(missed), cause, missed, 0, period_after(last_reported), last_reported)


def _gap_of_kinds(own: Sequence[FeedPeriod]) -> FeedGap:
    """Judge whether a set's feed leaves out bounces, complaints, or both."""
    return most_severe_of_kinds(_gap_of_kind(own, kind) for kind in ADVERSE)


def _gap_of_kind(own: Sequence[FeedPeriod], kind: str) -> FeedGap:
    told = [(period, each.of_kind(kind)) for period, each in by_period(settled_since(own, ""))]
    weight = accumulate((Point(at, each.owner_only, each.by_sender) for at, each in told), OF_A_KIND)
    last_reported = last_period_reported(own, lambda each: each.of_kind(kind).by_sender)
    cause = GapCause.SENDER_TELLS_IN_PART if last_reported else GapCause.EVENT_TYPE_NOT_SELECTED
    missed = MissedCounts(**{kind: weight.missed})
    return FeedGap(weight.judge(OF_A_KIND), cause, missed, weight.told, "", last_reported, (kind,))


def _by_sender(told: FeedCounts) -> int:
    return told.by_sender
