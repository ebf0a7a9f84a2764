"""What each of the two feeds reported of a sender's mail: by the hour for two days, before that by the day.

The owner's feed reports no sends and names no configuration set; the sender's feed names one. So mail that
only the owner's feed reported is counted under `(none)`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.hours import ONE_DAY, Day, Hour, day_of, hour_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.day_balance import DayBalance, sender_of
from ses_reputation.rollup.entities import SenderIdentity

DAYS_BACK = 30
"""A feed is expected that reported anything in so many days."""
SETTLES_AFTER = timedelta(hours=1)
"""What the two feeds, the queue and posting may differ by: an hour is compared this long after its end."""
DELIVERED, BOUNCED, COMPLAINED = "delivered", "bounced", "complained"
ADVERSE = (BOUNCED, COMPLAINED)
KINDS = (DELIVERED, *ADVERSE)
_SENT = Outcome.SENT.wire_name


class CoverageCounts(NamedTuple):
    """Facts of one kind by the feed that reported them."""

    owner_only: int = 0
    sender_only: int = 0
    both: int = 0

    def missed_by(self, feed: Feed) -> int:
        """Return what only the other feed reported."""
        return self.sender_only if feed is Feed.OWNER else self.owner_only

    def by(self, feed: Feed) -> int:
        """Return all that a feed reported."""
        return self.total - self.missed_by(feed)

    @property
    def total(self) -> int:
        """All that any feed reported."""
        return sum(self)


_NO_COVERAGE = CoverageCounts()
_NOTHING: Mapping[str, Mapping[str, int]] = {}


class FeedCounts(NamedTuple):
    """What the feeds reported of some mail. Only the sender's feed reports `sends`."""

    sends: int = 0
    delivered: CoverageCounts = CoverageCounts()
    bounced: CoverageCounts = CoverageCounts()
    complained: CoverageCounts = CoverageCounts()

    def of_kind(self, kind: str) -> CoverageCounts:
        """The facts of a kind: `delivered`, `bounced` or `complained`."""
        coverage: CoverageCounts = getattr(self, kind)
        return coverage

    def by(self, feed: Feed) -> int:
        """Return all facts that a feed reported."""
        sends = self.sends if feed is Feed.SENDER else 0
        return sends + sum(self.of_kind(kind).by(feed) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class FeedPeriod:
    """What the feeds reported of a sender's mail with one configuration set in one period of time.

    is_settled: both feeds have had time to report it.
    """

    period: Hour | Day
    sender: SenderIdentity
    configuration_set: str
    counts: FeedCounts
    is_settled: bool = True


def feed_periods(hours: Iterable[HourBalance], days: Iterable[DayBalance], now: datetime) -> list[FeedPeriod]:
    """Return the periods of the last 30 days, newest first.

    hours: those of today and yesterday (UTC) are taken; days: those before them.
    """
    return _hour_periods(hours, now) + _day_periods(days, *_days_taken(now))


def periods_of(mail: EntityMail) -> list[FeedPeriod]:
    """Return the same of an entity's mail."""
    taken = _days_taken(mail.now)
    closed = mail.history.closed.once(_day_periods, *taken)
    return _hour_periods(mail.hours, mail.now) + _day_periods(mail.days, *taken) + closed


def _days_taken(now: datetime) -> tuple[Day, Day]:
    return day_of(now - DAYS_BACK * ONE_DAY), day_of(now - ONE_DAY)


def _hour_periods(hours: Iterable[HourBalance], now: datetime) -> list[FeedPeriod]:
    yesterday, settled = day_of(now - ONE_DAY), hour_of(now - SETTLES_AFTER)
    return _newest_first(
        FeedPeriod(
            hour.sender_hour.send_hour, sender_of(hour), name, counts, hour.sender_hour.send_hour < settled
        )
        for hour in hours
        if hour.sender_hour.send_hour >= yesterday
        for name, counts in counts_by_set(hour.figures)
    )


def _day_periods(days: Iterable[DayBalance], first: Day, yesterday: Day) -> list[FeedPeriod]:
    return _newest_first(
        FeedPeriod(day.day, day.sender, name, counts)
        for day in days
        if first <= day.day < yesterday
        for name, counts in counts_by_set(day.figures)
    )


def _newest_first(periods: Iterable[FeedPeriod]) -> list[FeedPeriod]:
    return sorted(periods, key=lambda each: (each.period, each.sender, each.configuration_set), reverse=True)


def counts_by_set(figures: BalanceCounts) -> Iterator[tuple[str, FeedCounts]]:
    """Yield each configuration set with what the feeds reported of its mail."""
    for name in sorted(figures.counts.keys() | figures.coverage.keys()):
        sends = 0
        for outcomes in figures.counts.get(name, _NOTHING).values():
            sends += outcomes.get(_SENT, 0)
        of_set = figures.coverage.get(name, _NOTHING)
        yield name, FeedCounts(sends, *[_coverage_of(of_set.get(kind)) for kind in KINDS])


def _coverage_of(feeds: Mapping[str, int] | None) -> CoverageCounts:
    return CoverageCounts(*[feeds.get(each, 0) for each in CoverageCounts._fields]) if feeds else _NO_COVERAGE


def sum_feed_counts(periods: Iterable[FeedPeriod]) -> FeedCounts:
    """Return what the feeds reported in all periods."""
    counts = [each.counts for each in periods]
    if len(counts) < 2:
        return counts[0] if counts else FeedCounts()
    sends, *kinds = zip(*counts, strict=True)
    return FeedCounts(sum(sends), *(CoverageCounts(*map(sum, zip(*kind, strict=True))) for kind in kinds))


def last_period_of(periods: Iterable[FeedPeriod], count: Callable[[FeedCounts], int]) -> str:
    """Return the newest period of which there is anything to count, "" where there is none."""
    return max((each.period for each in periods if count(each.counts)), default="")


def last_period_reported(periods: Iterable[FeedPeriod], feed: Feed) -> str:
    """Return the newest period of which a feed reported anything, "" where there is none."""
    return last_period_of(periods, lambda counts: counts.by(feed))


def settled_since(periods: Iterable[FeedPeriod], period: str) -> list[FeedPeriod]:
    """Return the settled periods after a period."""
    return [each for each in periods if each.is_settled and each.period > period]


def by_period(periods: Iterable[FeedPeriod]) -> Iterator[tuple[str, FeedCounts]]:
    """Yield each period of time once, in the given order, with what the feeds reported of it."""
    for period, group in groupby(periods, key=lambda each: each.period):
        yield period, sum_feed_counts(group)
