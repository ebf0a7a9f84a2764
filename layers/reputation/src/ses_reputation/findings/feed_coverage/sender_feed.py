"""What the feed of one account in one Region leaves out of what an identity owner's feed reports.

All periods are of that account, Region and identity, and come newest first.
"""

from collections.abc import Iterator, Sequence

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.missed_share import (
    FeedGap,
    Limits,
    Point,
    Symptom,
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
    last_period_reported,
    settled_since,
)
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.tallies import group_by

WITHOUT_SET = Limits(firing=0.05, clear=0.02, enough=100, least_periods=12)


def sender_feed_outage(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of a feed that fell silent as a whole, or never reported anything."""
    last_reported = last_period_reported(periods, Feed.SENDER)
    return gap_of_outage(missed_by(Feed.SENDER, settled_since(periods, last_reported)), last_reported)


def gaps_of_sets(periods: Sequence[FeedPeriod]) -> dict[str, FeedGap]:
    """Return the gap of each configuration set by its name, where the feed reports something."""
    by_set = group_by(periods, lambda each: each.configuration_set)
    by_set.pop(NO_CONFIGURATION_SET, None)
    return {
        name: most_severe_of_kinds(gap_of_kind(Feed.SENDER, own, kind) for kind in ADVERSE)
        for name, own in by_set.items()
    }


def gap_without_set(periods: Sequence[FeedPeriod]) -> FeedGap:
    """Return the gap of mail of which the feed names no configuration set, while it reports other mail.

    Hours of which the feed reported nothing at all do not count: they belong to an outage.
    """
    share = accumulate(_points_without_set(periods), WITHOUT_SET)
    lacking = {point.period for point in share.lacking}
    unnamed = (each for each in periods if each.configuration_set == NO_CONFIGURATION_SET)
    missed = missed_by(Feed.SENDER, (each for each in unnamed if each.period in lacking))
    last_reported = last_period_reported(periods, Feed.SENDER)
    state = share.classify(WITHOUT_SET)
    return FeedGap(state, Symptom.MAIL_WITHOUT_SET, missed, share.reported, "", last_reported)


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
