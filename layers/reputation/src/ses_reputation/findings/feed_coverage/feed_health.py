"""What the two feeds of each sender reported, and of which mail last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.reported import (
    KINDS,
    FeedCounts,
    FeedPeriod,
    feed_periods,
    last_period_reported,
    sum_feed_counts,
)
from ses_reputation.findings.missing_outcomes import (
    MissingOutcomes,
    evaluated_days,
    missing_outcomes_of,
    sets_between,
)
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.tallies import group_by


@dataclass(frozen=True, slots=True)
class FeedView:
    """What the two feeds reported of one sender's mail in the last 30 days.

    sets: by configuration set. sender_last_reported, owner_last_reported: the newest hour (of today and
    yesterday) or day of sending of which a feed reported anything, "" where it never did: it is not set up.
    set_last_reported: the same of the sender's feed, by configuration set. missing: None where nothing was
    sent in the week before the horizon.
    """

    sender: SenderIdentity
    counts: FeedCounts
    sets: Mapping[str, FeedCounts]
    sender_last_reported: str
    owner_last_reported: str
    set_last_reported: Mapping[str, str]
    missing: MissingOutcomes | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON.

        sending_account, region, identity; sender_feed and owner_feed: is_set_up, last_reported (or null) and
        reported (sends, delivered, bounced, complained: facts); coverage: by kind, owner_only, sender_only
        and both; configuration_sets: by name, sends, last_reported (by the sender's feed, or null) and
        coverage; missing_outcomes: first_day, last_day, sends, without_outcome and share, or null.
        """
        return {
            "sending_account": self.sender.account,
            "region": self.sender.region,
            "identity": self.sender.identity,
            "sender_feed": {
                "is_set_up": bool(self.sender_last_reported),
                "last_reported": self.sender_last_reported or None,
                "reported": {"sends": self.counts.sends}
                | {kind: self.counts.of_kind(kind).by(Feed.SENDER) for kind in KINDS},
            },
            "owner_feed": {
                "is_set_up": bool(self.owner_last_reported),
                "last_reported": self.owner_last_reported or None,
                "reported": {kind: self.counts.of_kind(kind).by(Feed.OWNER) for kind in KINDS},
            },
            "coverage": _coverage(self.counts),
            "configuration_sets": {
                name: {
                    "sends": counts.sends,
                    "last_reported": self.set_last_reported[name] or None,
                    "coverage": _coverage(counts),
                }
                for name, counts in sorted(self.sets.items())
            },
            "missing_outcomes": self.missing.to_json() if self.missing else None,
        }


def view_feeds(hours: Iterable[HourBalance], days: Iterable[DayBalance], now: datetime) -> list[FeedView]:
    """Return what the feeds of each sender reported, sorted by account, Region and identity.

    hours: sender-hours of today and yesterday (UTC); days: day balances of the 30 days before; now: aware
    UTC.
    """
    days = list(days)
    by_sender = group_by(feed_periods(hours, days, now), lambda period: period.sender)
    return [
        _view(sender, by_sender[sender], [day for day in days if day.sender == sender], now)
        for sender in sorted(by_sender)
    ]


def _view(
    sender: SenderIdentity, periods: Sequence[FeedPeriod], days: Sequence[DayBalance], now: datetime
) -> FeedView:
    by_set = group_by(periods, lambda period: period.configuration_set)
    return FeedView(
        sender,
        sum_feed_counts(periods),
        {name: sum_feed_counts(own) for name, own in by_set.items()},
        last_period_reported(periods, Feed.SENDER),
        last_period_reported(periods, Feed.OWNER),
        {name: last_period_reported(own, Feed.SENDER) for name, own in by_set.items()},
        missing_outcomes_of(sets_between(days, *evaluated_days(now))),
    )


def _coverage(counts: FeedCounts) -> dict[str, dict[str, int]]:
    return {kind: counts.of_kind(kind)._asdict() for kind in KINDS}
