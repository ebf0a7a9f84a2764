"""What the owner's feed of an identity in one Region leaves out of what its senders' feeds report, and why.

SES keeps one notification topic for each type of an identity in a Region, whoever sends. All periods are of
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
    classify_outage,
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
    settled_since,
)
from ses_reputation.findings.finding import DetectionState
from ses_reputation.hours import next_period

OF_A_KIND = Limits(firing=0.5, clear=0.2, enough=20)


def owner_feed_outage(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of a feed that fell silent as a whole; it reported something in these days.

    Only kinds that it ever reported count: few owners ask to be notified of deliveries.
    """
    expected = [kind for kind in KINDS if any(each.counts.of_kind(kind).by_owner for each in periods)]
    last_reported = last_period_reported(periods, _by_owner)
    missed = missed_by_owner(settled_since(periods, last_reported), expected)
    return FeedGap(
        classify_outage(missed), GapCause.OWNER_LOST, missed, 0, next_period(last_reported), last_reported
    )


def gap_of_owners_kinds(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of a feed that leaves out bounces or complaints, while it reports the other."""
    return most_severe_of_kinds(_gap_of_kind(periods, kind) for kind in ADVERSE)


def _gap_of_kind(periods: Sequence[FeedPeriod], kind: str) -> FeedGap:
    facts = [(period, each.of_kind(kind)) for period, each in by_period(settled_since(periods, ""))]
    share = accumulate((Point(at, each.sender_only, each.by_owner) for at, each in facts), OF_A_KIND)
    last_reported = last_period_reported(periods, lambda each: each.of_kind(kind).by_owner)
    lost = missed_by_owner(settled_since(periods, last_reported), (kind,))
    if lost.adverse >= LEAST_ADVERSE:
        cause = GapCause.OWNER_TOPIC_LOST if last_reported else GapCause.OWNER_TOPIC_NOT_SET
        return FeedGap(
            DetectionState.FIRING, cause, lost, 0, next_period(last_reported), last_reported, (kind,)
        )
    missed, cause = MissedCounts(**{kind: share.missed}), GapCause.OWNER_REPORTS_IN_PART
    return FeedGap(share.classify(OF_A_KIND), cause, missed, share.reported, "", last_reported, (kind,))


def _by_owner(counts: FeedCounts) -> int:
    return counts.by_owner
