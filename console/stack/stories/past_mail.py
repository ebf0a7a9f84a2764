"""An entity's days as rates of times gone by need them: whole where windows end, totals of the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Protocol

from ses_reputation.hours import ONE_DAY, Day, Hour, day_of, start_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.history import History, count_all
from ses_reputation.rates.measures import SENDS_OF
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance, PackedDay, totals_by_hour
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.known_days import DistantDay
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, Breakdown, total_counts
from ses_reputation.rollup.sender_mail import DistantMailTable, read_mail, read_totals_before
from ses_reputation.tallies import group_by

# Within 32 days lie the 30 of the longest window of hours; most senders have their volume in the next 91.
_HORIZONS = (32, 123)
# Evidence and windows of hours look into the hours of the day that they end with, and of the day before.
_DAYS_BY_THE_HOUR = 2
_ALL_SENDERS = SenderIdentity("", "", "")

Entities = Mapping[ReputationEntity, Sequence[SenderIdentity]]


class PastTable(DistantMailTable, Protocol):
    """What is read of the ledger's table."""

    def senders(self) -> Iterable[SenderIdentity]:
        """Return who sends, and with which identity."""


@dataclass(frozen=True)
class SummedDay:
    """What all senders of an entity sent on a day, in all and not by part: enough for rates and standings."""

    day: Day
    days: Sequence[DayBalance]
    sender: SenderIdentity = _ALL_SENDERS

    @cached_property
    def totals(self) -> Breakdown:
        """What of the whole day enters rates."""
        return total_counts((EVERYTHING, day.totals.get(EVERYTHING, NO_COUNTS)) for day in self.days)

    @cached_property
    def hours(self) -> Mapping[Hour, Breakdown]:
        """The same of each hour in which anything was sent, in order."""
        return {hour: {EVERYTHING: counts} for hour, counts in sorted(totals_by_hour(self.days).items())}

    @property
    def figures(self) -> BalanceCounts:
        """Nothing: no rate is made of them."""
        return BalanceCounts()


def sum_days(days: Iterable[DayBalance]) -> ClosedDays:
    """Return days of an entity's senders added up by day."""
    return ClosedDays(
        [SummedDay(day, own) for day, own in sorted(group_by(days, lambda day: day.day).items())]
    )


def read_past_days(
    table: PastTable, entities: Entities, rules: StandingRules, first: datetime, last: datetime
) -> dict[ReputationEntity, ClosedDays]:
    """Return the days of entities that rates of times from `first` to `last` (aware) are made of.

    Days from the one before `first` are read whole. Before them totals are read, back to 32 days, then to
    123, then as far as a window may reach, as long as an entity has less mail of a measure than its volume
    window holds; a window that begins within such a day reads its hours. All is read of `table` alone.
    """
    wanted = {sender for senders in entities.values() for sender in senders}
    known = (start_of(day_of(last)) - start_of(day_of(first))) // ONE_DAY + _DAYS_BY_THE_HOUR
    before_first = known - _DAYS_BY_THE_HOUR
    days = group_by(read_mail(table, sorted(wanted), last, known).days, lambda day: day.sender)
    read_detail, found = _detail_of(table), dict[ReputationEntity, ClosedDays]()
    due = list(entities)
    for reach in _reaches(rules):
        accounts = {sender[:2] for entity in due for sender in entities[entity]}
        for day in read_totals_before(table, accounts, last, before_first + reach, known):
            if day.sender in wanted:
                distant = DistantDay(day.sender, day.day, day.packed_totals, read_detail)
                days.setdefault(day.sender, []).append(distant)
        known = before_first + reach
        found |= {entity: _days_of(entities[entity], days) for entity in due}
        due = [entity for entity in due if not _has_volume(entity, found[entity], rules, first)]
    return found


def _reaches(rules: StandingRules) -> list[int]:
    """Return how many days back from the first time are read, one after another: the last is any window's."""
    most = max(rules.most_days + 1, _HORIZONS[0])
    return [*(days for days in _HORIZONS if days < most), most]


def _days_of(
    senders: Iterable[SenderIdentity], days: Mapping[SenderIdentity, Sequence[DayBalance]]
) -> ClosedDays:
    return ClosedDays([day for sender in senders for day in days.get(sender, ())])


def _has_volume(entity: ReputationEntity, days: ClosedDays, rules: StandingRules, first: datetime) -> bool:
    history = History(entity, (), first, days)
    return min(count_all(history, sends) for sends in SENDS_OF.values()) >= rules.of(entity).volume


def _detail_of(table: PastTable) -> Callable[[AccountDay], Mapping[str, PackedDay]]:
    """Return what reads the hours of an account's day, by identity, once."""

    @cache
    def read(account_day: AccountDay) -> Mapping[str, PackedDay]:
        account, region, day = account_day
        balances = table.read_days(account, region, day, day)
        return {each.sender.identity: each for balance in balances for each in balance.days}

    return read
