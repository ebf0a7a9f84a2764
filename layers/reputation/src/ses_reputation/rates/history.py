"""An entity's mail as far back as its evaluation needs it, and no further: held, searched and read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import NamedTuple

from ses_reputation.hours import ONE_DAY, Day, Hour, day_of, first_hour_of, hour_of, last_hour_of
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance, totals_by_hour
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, RateCounts
from ses_reputation.rollup.rolling_up import DayStore, ask_each
from ses_reputation.tallies import add, group_by, total_by_key

Count = Callable[[RateCounts], int]
"""Which of the figures is counted."""

# The last 24 hours and the 30 days before them lie in 32 days: what an entity needs even if it has its volume
# sooner.
_HORIZONS = (32, 123)


@dataclass(frozen=True)
class History:
    """What is known of an entity's mail at a time: the day balances of all its senders, in any order.

    Mail that claims to be sent after the hour of `now` (an aware time) is in no window.
    """

    entity: ReputationEntity
    days: Sequence[DayBalance]
    now: datetime

    @cached_property
    def last_hour(self) -> Hour:
        """The hour of `now`, with which every window ends."""
        return hour_of(self.now)

    @cached_property
    def by_day(self) -> dict[str, list[DayBalance]]:
        """The day balances of each day, latest day first."""
        latest_first = sorted(self.days, key=lambda balance: balance.day, reverse=True)
        return group_by(latest_first, lambda balance: balance.day)

    @cached_property
    def totals(self) -> dict[str, RateCounts]:
        """The figures of each day, of all senders, latest day first."""
        return total_by_key(
            (day, balance.totals.get(EVERYTHING, NO_COUNTS))
            for day, balances in self.by_day.items()
            for balance in balances
        )

    def hours_of(self, day: str) -> dict[str, RateCounts]:
        """Return the figures of each hour of a day, of all senders, latest hour first."""
        return dict(sorted(totals_by_hour(self.by_day[day]).items(), reverse=True))


class Crossing(NamedTuple):
    """The hour in which a count that runs back in time reaches a goal, the mail since, and both together."""

    hour: str
    newer: RateCounts
    reached: RateCounts


def find_crossing(history: History, first_hour: str, count: Count, goal: int) -> Crossing | None:
    """Return where a count of the latest hours, back to `first_hour`, reaches a goal of 1 or more."""
    newer = NO_COUNTS
    for day, total in history.totals.items():
        reached = add(newer, total)
        if is_whole(day, first_hour, history.last_hour) and count(reached) < goal:
            newer = reached
            continue
        for hour, figures in figures_by_hour(history, day, first_hour):
            reached = add(newer, figures)
            if count(reached) >= goal:
                return Crossing(hour, newer, reached)
            newer = reached
    return None


def figures_by_hour(history: History, day: str, first_hour: str) -> Iterator[tuple[str, RateCounts]]:
    """Yield the hours of a day that lie between `first_hour` and the current one, latest first."""
    if not day_of(first_hour) <= day <= day_of(history.last_hour):
        return
    for hour, figures in history.hours_of(day).items():
        if first_hour <= hour <= history.last_hour:
            yield hour, figures


def is_whole(day: Day, first_hour: Hour, last_hour: Hour) -> bool:
    """Return whether all hours of a day lie between two hours."""
    return first_hour <= first_hour_of(day) and last_hour_of(day) <= last_hour


@dataclass(frozen=True, slots=True)
class Histories:
    """Day balances by sender, in no order, and the senders whose balances could not all be read, with why."""

    days: Mapping[SenderIdentity, Sequence[DayBalance]]
    failed: Mapping[SenderIdentity, str]


def read_histories(
    store: DayStore,
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]],
    recent: Iterable[DayBalance],
    now: datetime,
    rules: StandingRules,
    pool: Executor,
) -> Histories:
    """Return the day balances of all senders in `entities`: `recent`, and the stored ones of the days before.

    A sender is read back to 32 days, then to 123, then as far as a window may reach, as long as an entity
    that it stands in has fewer eligible sends than the volume window holds."""
    days: dict[SenderIdentity, list[DayBalance]] = {
        sender: [] for senders in entities.values() for sender in senders
    } | group_by(recent, lambda balance: balance.sender)
    failed: dict[SenderIdentity, str] = {}
    unread, wanted = list(_periods(now, rules)), set(days)
    while unread and wanted:
        read_days = partial(_read_days, store, unread.pop(0))
        for sender, read in ask_each(pool, sorted(wanted - failed.keys()), read_days):
            if isinstance(read, str):
                failed[sender] = read
            else:
                days[sender] += read
        wanted = set(_lacking(entities, days, now, rules)) if unread else set()
    return Histories(days, failed)


def gather(
    days: Mapping[SenderIdentity, Sequence[DayBalance]], senders: Iterable[SenderIdentity]
) -> list[DayBalance]:
    """Return the day balances of several senders together."""
    return [balance for sender in senders for balance in days[sender]]


def _periods(now: datetime, rules: StandingRules) -> Iterator[tuple[Day, Day]]:
    """Yield first and last day of what is read at a time, latest first; the recent days are known."""
    days_read = 2
    for horizon in (*_HORIZONS, rules.most_days + 1):
        yield day_of(now - (horizon - 1) * ONE_DAY), day_of(now - days_read * ONE_DAY)
        days_read = horizon


def _read_days(store: DayStore, period: tuple[Day, Day], sender: SenderIdentity) -> list[DayBalance]:
    return store.read_days(sender, *period)


def _lacking(
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]],
    days: Mapping[SenderIdentity, Sequence[DayBalance]],
    now: datetime,
    rules: StandingRules,
) -> Iterator[SenderIdentity]:
    for entity, senders in entities.items():
        history = History(entity, gather(days, senders), now)
        if find_crossing(history, "", lambda figures: figures.sends, rules.volume) is None:
            yield from senders
