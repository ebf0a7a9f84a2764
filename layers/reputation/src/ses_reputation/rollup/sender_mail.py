"""The mail of some senders as the ledger holds it: the latest hours, and days."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from ses_reputation.hours import ONE_DAY, day_of, start_of
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.rollup.day_balance import (
    AccountDayBalance,
    DayBalance,
    PackedDay,
    day_balances_of,
    sender_of,
)
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.rolling_up import recent_days

if TYPE_CHECKING:
    from ses_reputation.ledger.balance_store import Balance

_QUERIES_AT_ONCE = 8


class MailTable(Protocol):
    """What is read of the ledger's table."""

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> "Iterable[Balance]":
        """Read the balances of an account's hours, days included."""

    def read_days(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> Iterable[AccountDayBalance]:
        """Read an account's day balances, both days included."""


class DistantMailTable(MailTable, Protocol):
    """What is read of the ledger's table of days of which the totals are enough."""

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> Iterable[AccountDayBalance]:
        """Read the totals of an account's day balances, both days included."""


@dataclass(frozen=True, slots=True)
class SenderMail:
    """Sender-hours of today and yesterday, and days, of the same senders; both sorted."""

    hours: list[HourBalance]
    days: list[DayBalance]

    def of(self, senders: Iterable[SenderIdentity]) -> "SenderMail":
        """The mail of some of them."""
        wanted = set(senders)
        return SenderMail(
            [hour for hour in self.hours if sender_of(hour) in wanted],
            [day for day in self.days if day.sender in wanted],
        )


def read_mail(table: MailTable, senders: Sequence[SenderIdentity], now: datetime, days: int) -> SenderMail:
    """Read the last `days` days (UTC, with today) of senders, and their hours of today and yesterday.

    Days are stored when they are over for a day: those of today and yesterday are made of their hours.
    """
    yesterday, today = recent_days(now)
    first, last = day_of(now - (days - 1) * ONE_DAY), day_of(start_of(yesterday) - ONE_DAY)
    accounts = sorted({(sender.account, sender.region) for sender in senders})

    def read_hours(account: tuple[str, str]) -> "list[Balance]":
        return list(table.read_hours(*account, yesterday, today))

    def read_days(account: tuple[str, str]) -> list[AccountDayBalance]:
        return list(table.read_days(*account, first, last))

    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
        hours_read = threads.map(read_hours, accounts)
        days_read = threads.map(read_days, accounts if first <= last else ())
        hours = gather_hours(chain.from_iterable(hours_read))
        stored = [day for balance in chain.from_iterable(days_read) for day in balance.days]
    recent = [day for day in day_balances_of(hours) if day.day >= first]
    every: list[DayBalance] = [*stored, *recent]
    return SenderMail(hours, sorted(every, key=lambda day: (day.sender, day.day))).of(senders)


def read_totals_before(
    table: DistantMailTable, accounts: Iterable[tuple[str, str]], now: datetime, days: int, read: int
) -> list[PackedDay]:
    """Read the days before the last `read`, as far back as the last `days`: each has its totals alone.

    accounts: an id and a Region each. `read_mail` reads the last days whole.
    """
    first, last = day_of(now - (days - 1) * ONE_DAY), day_of(now - read * ONE_DAY)

    def read_totals(account: tuple[str, str]) -> list[AccountDayBalance]:
        return list(table.read_totals(*account, first, last))

    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
        balances = chain.from_iterable(threads.map(read_totals, sorted(set(accounts))))
        return [day for balance in balances for day in balance.days]
