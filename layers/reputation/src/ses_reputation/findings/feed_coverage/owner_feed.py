"""What the owner's feed of an identity in one Region leaves out of what its senders are told, and why.

SES keeps one notification topic for each type of an identity in a Region, whoever sends. All cells are of
that identity and Region, and come newest first.
"""

from collections.abc import Sequence

from ses_reputation.findings.feed_coverage.missed_share import (
    LEAST_ADVERSE,
    FeedGap,
    GapCause,
    Limits,
    MissedCounts,
    Point,
    accumulate,
    judge_outage,
    missed_by_owner,
    most_severe_of_kinds,
)
from ses_reputation.findings.feed_coverage.reported import (
    ADVERSE,
    KINDS,
    FeedCounts,
    FeedPeriod,
    by_period,
    last_period_reported,
    period_after,
    settled_since,
)
from ses_reputation.findings.finding import DetectionState

OF_A_KIND = Limits(found=0.5, clear=0.2, enough=20)


def owner_feed_outage(cells: Sequence[FeedPeriod]) -> FeedGap:
    """Judge whether the feed has fallen silent as a whole; it told something in these days.

    Only kinds that it ever told count: few owners ask to be notified of deliveries.
    """
    expected = [kind for kind in KINDS if any(cell.told.of_kind(kind).by_owner for cell in cells)]
    last_reported = last_period_reported(cells, _by_owner)
    missed = missed_by_owner(settled_since(cells, last_reported), expected)
    return FeedGap(
        judge_outage(missed), GapCause.OWNER_LOST, missed, 0, period_after(last_reported), last_reported
    )


def gap_of_owners_kinds(cells: Sequence[FeedPeriod]) -> FeedGap:
    """Judge whether the feed leaves out bounces or complaints, while it tells the other."""
    return most_severe_of_kinds(_gap_of_kind(cells, kind) for kind in ADVERSE)


def _gap_of_kind(cells: Sequence[FeedPeriod], kind: str) -> FeedGap:
    told = [(period, each.of_kind(kind)) for period, each in by_period(settled_since(cells, ""))]
    weight = accumulate((Point(at, each.sender_only, each.by_owner) for at, each in told), OF_A_KIND)
    last_reported = last_period_reported(cells, lambda each: each.of_kind(kind).by_owner)
    lost = missed_by_owner(settled_since(cells, last_reported), (kind,))
    if lost.adverse >= LEAST_ADVERSE:
        cause = GapCause.OWNER_TOPIC_LOST if last_reported else GapCause.OWNER_TOPIC_NOT_SET
        return FeedGap(
            DetectionState.FIRING, cause, lost, 0, period_after(last_reported), last_reported, (kind,)
        )
    missed, cause = MissedCounts(**{kind: weight.missed}), GapCause.OWNER_TELLS_IN_PART
    return FeedGap(weight.judge(OF_A_KIND), cause, missed, weight.told, "", last_reported, (kind,))


def _by_owner(told: FeedCounts) -> int:
    return told.by_owner
