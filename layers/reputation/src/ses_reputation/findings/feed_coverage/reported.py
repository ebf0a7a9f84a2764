"""What each of the two feeds told of a sender's mail, by the hour for two days and by the day before that.

The owner's feed tells of no sends and names no configuration set; the sender's feed names one. So mail of
which the sender's feed told nothing stands under `(none)`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import NamedTuple

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.day_balance import DayBalance, sender_of
from ses_reputation.rollup.entities import SenderIdentity

DAYS_BACK = 30
"""Days in which a feed has to have told something to be expected."""
SETTLES_AFTER = timedelta(hours=1)
"""What the two feeds, the queue and posting may differ by: an hour is compared this long after its end."""
DELIVERED, BOUNCED, COMPLAINED = "delivered", "bounced", "complained"
ADVERSE = (BOUNCED, COMPLAINED)
KINDS = (DELIVERED, *ADVERSE)


class CoverageCounts(NamedTuple):
    """Facts of one kind by the feed that told them."""

    owner_only: int = 0
    sender_only: int = 0
    both: int = 0

    @property
    def by_owner(self) -> int:
        """All that the owner's feed told."""
        return self.owner_only + self.both

    @property
    def by_sender(self) -> int:
        """All that the sender's feed told."""
        return self.sender_only + self.both

    @property
    def total(self) -> int:
        """All that any feed told."""
        return sum(self)

    def plus(self, other: "CoverageCounts") -> "CoverageCounts":
        """Both together."""
        return CoverageCounts(
            self.owner_only + other.owner_only, self.sender_only + other.sender_only, self.both + other.both
        )


class FeedCounts(NamedTuple):
    """What the feeds told of some mail. `sends` only the sender's feed tells."""

    sends: int = 0
    delivered: CoverageCounts = CoverageCounts()
    bounced: CoverageCounts = CoverageCounts()
    complained: CoverageCounts = CoverageCounts()

    def of_kind(self, kind: str) -> CoverageCounts:
        """The facts of a kind: `delivered`, `bounced` or `complained`."""
        telling: CoverageCounts = getattr(self, kind)
        return telling

    @property
    def by_sender(self) -> int:
        """All signs of life of the sender's feed."""
        return self.sends + self.delivered.by_sender + self.bounced.by_sender + self.complained.by_sender

    @property
    def by_owner(self) -> int:
        """All signs of life of the owner's feed."""
        return self.delivered.by_owner + self.bounced.by_owner + self.complained.by_owner

    def plus(self, other: "FeedCounts") -> "FeedCounts":
        """Both together."""
        return FeedCounts(
            self.sends + other.sends,
            self.delivered.plus(other.delivered),
            self.bounced.plus(other.bounced),
            self.complained.plus(other.complained),
        )


@dataclass(frozen=True, slots=True)
class FeedPeriod:
    """What the feeds told of a sender's mail with one configuration set in one period of time.

    period: an hour (`2026-11-22T10`) or a day (`2026-11-20`); they sort as text. is_settled: both feeds had
    the time to tell of it.
    """

    period: str
    sender: SenderIdentity
    configuration_set: str
    told: FeedCounts
    is_settled: bool = True


def feed_periods(hours: Iterable[HourBalance], days: Iterable[DayBalance], now: datetime) -> list[FeedPeriod]:
    """Return the cells of the last 30 days, newest first.

    hours: those of today and yesterday (UTC) are taken; days: those before them.
    """
    yesterday, first = (f"{now - timedelta(days=back):%Y-%m-%d}" for back in (1, DAYS_BACK))
    settled = f"{now - SETTLES_AFTER:%Y-%m-%dT%H}"
    cells = [
        FeedPeriod(
            hour.sender_hour.send_hour, sender_of(hour), name, told, hour.sender_hour.send_hour < settled
        )
        for hour in hours
        if hour.sender_hour.send_hour >= yesterday
        for name, told in counts_by_set(hour.figures)
    ]
    cells += [
        FeedPeriod(day.day, day.sender, name, told)
        for day in days
        if first <= day.day < yesterday
        for name, told in counts_by_set(day.figures)
    ]
    return sorted(cells, key=lambda cell: (cell.period, cell.sender, cell.configuration_set), reverse=True)


def counts_by_set(figures: BalanceCounts) -> Iterator[tuple[str, FeedCounts]]:
    """Yield each configuration set with what the feeds told of its mail."""
    for name in sorted(figures.counts.keys() | figures.coverage.keys()):
        told = (_telling(figures.coverage.get(name, {}).get(kind, {})) for kind in KINDS)
        yield name, FeedCounts(_sends(figures.counts, name), *told)


def _telling(told: Mapping[str, int]) -> CoverageCounts:
    return CoverageCounts(told.get("owner_only", 0), told.get("sender_only", 0), told.get("both", 0))


def _sends(counts: Counts, name: str) -> int:
    sent = Outcome.SENT.wire_name
    return sum(outcomes.get(sent, 0) for outcomes in counts.get(name, {}).values())


def sum_feed_counts(cells: Iterable[FeedPeriod]) -> FeedCounts:
    """Return what the feeds told in all cells together."""
    return reduce(FeedCounts.plus, (cell.told for cell in cells), FeedCounts())


def last_period_reported(cells: Iterable[FeedPeriod], has_told: Callable[[FeedCounts], int]) -> str:
    """Return the newest period of which a feed has told something, "" where there is none."""
    return max((cell.period for cell in cells if has_told(cell.told)), default="")


def settled_since(cells: Iterable[FeedPeriod], period: str) -> list[FeedPeriod]:
    """Return the cells after a period that both feeds had the time to tell of."""
    return [cell for cell in cells if cell.is_settled and cell.period > period]


def by_period(cells: Iterable[FeedPeriod]) -> Iterator[tuple[str, FeedCounts]]:
    """Yield each period, newest first as the cells are, with what the feeds told of it."""
    for period, group in groupby(cells, key=lambda cell: cell.period):
        yield period, sum_feed_counts(group)


def begins_at(period: str) -> datetime:
    """Return when an hour or a day begins, aware UTC."""
    day, _, hour = period.partition("T")
    return datetime.fromisoformat(f"{day}T{hour or '00'}:00+00:00")


def period_after(period: str) -> str:
    """Return the hour after an hour, the day after a day; "" after ""."""
    if not period:
        return ""
    if "T" in period:
        return f"{begins_at(period) + timedelta(hours=1):%Y-%m-%dT%H}"
    return f"{begins_at(period) + timedelta(days=1):%Y-%m-%d}"
