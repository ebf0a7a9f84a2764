"""The periods of mail that rates are taken of: the latest that hold a volume, or the latest hours.

Hours are whole UTC send hours, the last one being the current. Whole days are added by their totals; a day's
hours are unpacked only where a window begins or ends within it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ses_reputation.hours import (
    Day,
    Hour,
    count_hours,
    day_of,
    first_hour_of,
    hours_later,
    last_hour_of,
    next_hour,
)
from ses_reputation.rates.history import History, figures_by_hour, find_crossing, is_whole
from ses_reputation.rates.measures import SENDS_OF
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind, ReputationEntity, SenderIdentity
from ses_reputation.rollup.rate_counts import EVERYTHING, Breakdown, Dimension, Slice, add_tables
from ses_reputation.tallies import group_pairs

_HOURS_OF_A_DAY = 24
# Named by configuration sets and tags, which other accounts may have by the same name.
_WITHIN_ACCOUNT = frozenset(
    {
        Dimension.CONFIGURATION_SET,
        Dimension.TAG,
        Dimension.OWNER_ONLY,
        Dimension.WITHOUT_SEND,
        Dimension.UNRATED,
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """A period of an entity's mail, from its first to its last hour (`2026-11-22T10`), both whole.

    asked: `volume`, `24h`, `7d` or `30d`. table: its figures in all and by part; in an account's entity by
    identity too, in an identity's entity by sending account, and there configuration sets are named
    `444455556666/newsletter`. newer: the same without the first hour, where the volume was reached.
    is_full: the volume, or all the hours asked for.
    """

    asked: str
    first_hour: Hour
    last_hour: Hour
    table: Breakdown
    newer: Breakdown | None
    is_full: bool

    @property
    def hours(self) -> int:
        """How many hours it spans, with or without mail."""
        return count_hours(self.first_hour, self.last_hour)

    @property
    def days(self) -> float:
        """The hours that it spans, in days."""
        return self.hours / _HOURS_OF_A_DAY


def volume_window(history: History, rules: StandingRules, measure: Measure) -> Window:
    """Return the latest hours that hold the volume of mail that is measured, or all of `most_days`.

    A window that is not full begins with the first hour that has any mail.
    """
    earliest = hours_later(history.last_hour, 1 - rules.most_days * _HOURS_OF_A_DAY)
    crossing = find_crossing(history, earliest, SENDS_OF[measure], rules.volume)
    if crossing is None:
        first = _first_hour(history, earliest)
        table = _table_between(history, first, history.last_hour)
        return Window("volume", first, history.last_hour, table, None, is_full=False)
    newer = _table_between(history, next_hour(crossing.hour), history.last_hour)
    table = add_tables([_table_between(history, crossing.hour, crossing.hour), newer])
    return Window("volume", crossing.hour, history.last_hour, table, newer, is_full=True)


def time_window(history: History, hours: int, asked: str) -> Window:
    """Return the latest `hours` hours, of which the current one is the last."""
    first, last = hours_later(history.last_hour, 1 - hours), history.last_hour
    return Window(asked, first, last, _table_between(history, first, last), None, is_full=True)


def earlier_window(history: History, hours: int, before: Window) -> Window:
    """Return the `hours` hours that come before a window."""
    first, last = hours_later(before.first_hour, -hours), hours_later(before.first_hour, -1)
    table = _table_between(history, first, last)
    return Window(f"{hours}h before {before.asked}", first, last, table, None, is_full=True)


def _table_between(history: History, first_hour: Hour, last_hour: Hour) -> Breakdown:
    """Return the figures of two hours and those between, in all and by part as in `Window.table`."""
    entity, closed = history.entity, history.closed
    first_whole = day_of(hours_later(first_hour, _HOURS_OF_A_DAY - 1))
    last_whole = day_of(hours_later(last_hour, 1 - _HOURS_OF_A_DAY))
    parts = [(first_hour, last_hour)]
    if first_whole <= last_whole:
        parts = [
            (first_hour, hours_later(first_hour_of(first_whole), -1)),
            (next_hour(last_hour_of(last_whole)), last_hour),
        ]
    return add_tables(
        [
            _table_of(history.days, entity, first_hour, last_hour),
            closed.once(_table_of_days, entity, first_whole, last_whole),
            *(closed.once(_table_of, entity, first, last) for first, last in parts if first <= last),
        ]
    )


def _table_of_days(
    days: Sequence[DayBalance], entity: ReputationEntity, first_day: Day, last_day: Day
) -> Breakdown:
    return _add_by_sender(
        entity, ((each.sender, each.totals) for each in days if first_day <= each.day <= last_day)
    )


def _table_of(
    days: Sequence[DayBalance], entity: ReputationEntity, first_hour: Hour, last_hour: Hour
) -> Breakdown:
    return _add_by_sender(
        entity,
        (
            (balance.sender, table)
            for balance in days
            if day_of(first_hour) <= balance.day <= day_of(last_hour)
            for table in _tables_between(balance, first_hour, last_hour)
        ),
    )


def _add_by_sender(entity: ReputationEntity, tables: Iterable[tuple[SenderIdentity, Breakdown]]) -> Breakdown:
    by_sender = group_pairs(tables)
    return add_tables(
        _table_of_sender(entity, sender, add_tables(by_sender[sender])) for sender in sorted(by_sender)
    )


def _tables_between(balance: DayBalance, first_hour: Hour, last_hour: Hour) -> Iterable[Breakdown]:
    if is_whole(balance.day, first_hour, last_hour):
        return [balance.totals]
    return [table for hour, table in balance.hours.items() if first_hour <= hour <= last_hour]


def _table_of_sender(entity: ReputationEntity, sender: SenderIdentity, table: Breakdown) -> Breakdown:
    """Return a sender's figures as an entity shows them next to those of its other senders."""
    if entity.kind is EntityKind.IDENTITY:
        table = {
            _within_account(mail_slice, sender.account): figures for mail_slice, figures in table.items()
        }
        own = Slice(Dimension.SENDING_ACCOUNT, sender.account)
    else:
        own = Slice(Dimension.IDENTITY, sender.identity)
    return {**table, own: table[EVERYTHING]} if EVERYTHING in table else table


def _within_account(mail_slice: Slice, account: str) -> Slice:
    is_accounts = mail_slice.kind in _WITHIN_ACCOUNT
    return mail_slice._replace(name=f"{account}/{mail_slice.name}") if is_accounts else mail_slice


def _first_hour(history: History, earliest: str) -> str:
    for day in reversed(history.totals):
        for hour, _ in reversed(list(figures_by_hour(history, day, earliest))):
            return hour
    return history.last_hour
