"""A day balance: what a sender's hours of one UTC day add up to, always recomputed from them.

It is what assessments read of a year: the day's figures, and its hours for windows that begin within it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ses_reputation.hours import Day, Hour, day_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import HourBalance, add_counts
from ses_reputation.rollup.day_packing import (
    pack_detail,
    pack_totals,
    unpack_figures,
    unpack_hours,
    unpack_totals,
)
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.rate_counts import (
    EVERYTHING,
    NO_COUNTS,
    Breakdown,
    RateCounts,
    add_tables,
    break_down,
)
from ses_reputation.rollup.unrated_mail import unrated_sets
from ses_reputation.tallies import group_by, total_by_key


class DayBalance(Protocol):
    """What a sender's mail of one day came to."""

    @property
    def sender(self) -> SenderIdentity:
        """Whose mail it is."""

    @property
    def day(self) -> Day:
        """When it was sent."""

    @property
    def totals(self) -> Breakdown:
        """What of the whole day enters rates."""

    @property
    def hours(self) -> Mapping[Hour, Breakdown]:
        """The same of each hour in which anything was sent, in order."""

    @property
    def figures(self) -> BalanceCounts:
        """Counts, what followed what, and coverage of the whole day."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day balance that was just computed from its hours."""

    sender: SenderIdentity
    day: Day
    totals: Breakdown
    hours: Mapping[Hour, Breakdown]
    figures: BalanceCounts


@dataclass(frozen=True, slots=True)
class PackedDay:
    """A day balance as it is stored. It is unpacked each time that it is asked for figures.

    A year of a thousand identities fits a function's memory like this, and would not unpacked.
    """

    sender: SenderIdentity
    day: Day
    packed_totals: bytes
    packed_detail: bytes

    @property
    def totals(self) -> Breakdown:
        """What of the whole day enters rates."""
        return unpack_totals(self.packed_totals)

    @property
    def hours(self) -> Mapping[Hour, Breakdown]:
        """The same of each hour in which anything was sent, in order."""
        return unpack_hours(self.day, self.packed_detail)

    @property
    def figures(self) -> BalanceCounts:
        """Counts, what followed what, and coverage of the whole day."""
        return unpack_figures(self.packed_detail)


@dataclass(frozen=True, slots=True)
class AccountDayBalance:
    """The day balances of all identities of an account in one Region, sorted: they are stored together.

    pages: journal pages that all this was computed from; it only ever grows.
    """

    account_day: AccountDay
    pages: int
    days: Sequence[PackedDay]


def pack_day(day: DayBalance) -> PackedDay:
    """Return a day balance as it is stored, the same for equal ones."""
    return PackedDay(day.sender, day.day, pack_totals(day.totals), pack_detail(day.hours, day.figures))


def totals_by_hour(days: Iterable[DayBalance]) -> dict[Hour, RateCounts]:
    """Return the figures of each hour of some days, of all their senders."""
    return total_by_key(
        (hour, table.get(EVERYTHING, NO_COUNTS)) for day in days for hour, table in day.hours.items()
    )


def sender_of(hour: HourBalance) -> SenderIdentity:
    """Return who sent in an hour."""
    return SenderIdentity(
        hour.sender_hour.sending_account, hour.sender_hour.region, hour.sender_hour.identity
    )


def account_day_balance(account_day: AccountDay, pages: int, days: Iterable[DayBalance]) -> AccountDayBalance:
    """Return what is stored of an account-day, whose balances were computed from so many pages."""
    return AccountDayBalance(account_day, pages, tuple(map(pack_day, days)))


def day_balances_of(hours: Iterable[HourBalance]) -> list[CountedDay]:
    """Return the day balances of hours, which must be all hours of their days; sorted."""
    by_day = group_by(hours, lambda hour: (sender_of(hour), day_of(hour.sender_hour.send_hour)))
    return [_day_balance_of(sender, day, by_day[sender, day]) for sender, day in sorted(by_day)]


def _day_balance_of(sender: SenderIdentity, day: str, hours: Sequence[HourBalance]) -> CountedDay:
    unrated = unrated_sets(hours)
    tables = {
        at: break_down(hour.counts, hour.tags, hour.owner_only, hour.followed, unrated.get(at, frozenset()))
        for hour in hours
        for at in (hour.sender_hour.send_hour,)
    }
    # What only the owner's feed reported is in the tables already, as far as it enters a rate.
    figures = BalanceCounts()
    for hour in hours:
        add_counts(figures.counts, hour.counts)
        add_counts(figures.followed, hour.followed)
        add_counts(figures.coverage, hour.coverage)
        add_counts(figures.tags, hour.tags)
    return CountedDay(
        sender, day, add_tables(tables.values()), {hour: tables[hour] for hour in sorted(tables)}, figures
    )
