"""An entity's mail as far back as its evaluation needs it, and no further: held, searched and read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from ses_reputation.hours import Day, Hour, day_of, first_hour_of, hour_of, last_hour_of
from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.measures import Count
from ses_reputation.rollup.day_balance import DayBalance, totals_by_hour
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, RateCounts, total_counts


@dataclass(frozen=True)
class History:
    """What is known of an entity's mail at a time: the day balances of all its senders, in any order.

    closed: days before those in `days`, of which nothing is computed twice. Mail that claims to be sent after
    the hour of `now` (an aware time) is in no window.
    """

    entity: ReputationEntity
    days: Sequence[DayBalance]
    now: datetime
    closed: ClosedDays = field(default_factory=ClosedDays)

    @cached_property
    def last_hour(self) -> Hour:
        """The hour of `now`, with which every window ends."""
        return hour_of(self.now)

    @cached_property
    def totals(self) -> dict[Day, RateCounts]:
        """The figures of each day, of all senders, latest day first."""
        return {**totals_by_day(self.days), **self.closed.once(totals_by_day)}

    def hours_of(self, day: Day) -> dict[Hour, RateCounts]:
        """Return the figures of each hour of a day, of all senders, latest hour first."""
        return _hours_of(self.days, day) or self.closed.once(_hours_of, day)


def totals_by_day(days: Iterable[DayBalance]) -> dict[Day, RateCounts]:
    """Return the figures of each day, latest day first."""
    totals = total_counts((balance.day, balance.totals.get(EVERYTHING, NO_COUNTS)) for balance in days)
    return dict(sorted(totals.items(), reverse=True))


def _hours_of(days: Iterable[DayBalance], day: Day) -> dict[Hour, RateCounts]:
    hours = totals_by_hour(balance for balance in days if balance.day == day)
    return dict(sorted(hours.items(), reverse=True))


class Crossing(NamedTuple):
    """The hour in which a count that runs back in time reaches a goal, the mail since, and both together."""

    hour: str
    newer: RateCounts
    reached: RateCounts


def find_crossing(history: History, first_hour: str, count: Count, goal: int) -> Crossing | None:
    """Return where a count of the latest hours, back to `first_hour`, reaches a goal of 1 or more."""
    newer = NO_COUNTS
    for day, total in history.totals.items():
        reached = newer.plus(total)
        if is_whole(day, first_hour, history.last_hour) and count(reached) < goal:
            newer = reached
            continue
        for hour, figures in figures_by_hour(history, day, first_hour):
            reached = newer.plus(figures)
            if count(reached) >= goal:
                return Crossing(hour, newer, reached)
            newer = reached
    return None


def count_all(history: History, count: Count) -> int:
    """Return a count of all mail up to the current hour; only today's is counted by the hour."""
    today = day_of(history.last_hour)
    before = sum(count(total) for day, total in history.totals.items() if day < today)
    return before + sum(count(figures) for _, figures in figures_by_hour(history, today, ""))


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
