"""What the owner's feed of an identity in one Region leaves out of what its senders' feeds report, and why.

SES keeps one notification topic for each type of an identity in a Region, whoever sends. All periods are of
that identity and Region, and come newest first.
"""

from collections.abc import Sequence

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.missed_share import (
    LEAST_ADVERSE,
    FeedGap,
    gap_of_kind,
    gap_of_outage,
    missed_by,
    most_severe_of_kinds,
)
from ses_reputation.findings.feed_coverage.reported import (
    ADVERSE,
    KINDS,
    FeedPeriod,
    last_period_of,
    last_period_reported,
    settled_since,
)


def owner_feed_outage(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of a feed that fell silent as a whole; it reported something in these days.

    Only kinds that it ever reported count: few owners ask to be notified of deliveries.
    """
    expected = [kind for kind in KINDS if any(each.counts.of_kind(kind).by(Feed.OWNER) for each in periods)]
    last_reported = last_period_reported(periods, Feed.OWNER)
    missed = missed_by(Feed.OWNER, settled_since(periods, last_reported), expected)
    return gap_of_outage(missed, last_reported)


def gap_of_owners_kinds(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of a feed that leaves out bounces or complaints, while it reports the other."""
    return most_severe_of_kinds(_gap_of_kind(periods, kind) for kind in ADVERSE)


def _gap_of_kind(periods: Sequence[FeedPeriod], kind: str) -> FeedGap:
    last_reported = last_period_of(periods, lambda each: each.of_kind(kind).by(Feed.OWNER))
    lost = missed_by(Feed.OWNER, settled_since(periods, last_reported), (kind,))
    if lost.adverse >= LEAST_ADVERSE:
        return gap_of_outage(lost, last_reported, (kind,))
    return gap_of_kind(Feed.OWNER, periods, kind)
