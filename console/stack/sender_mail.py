"""The mail of some senders as the ledger holds it: the latest hours, and days."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.rollup.day_balance import DayBalance, sender_of
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.rolling_up import recent_days

if TYPE_CHECKING:
    from ses_reputation.ledger.balance_store import Balance

_QUERIES_AT_ONCE = 8


class MailTable(Protocol):
    """What is read of the ledger's table."""

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> "Iterable[Balance]":
        """Read the balances of an account's hours, days included."""

    def read_days(self, sender: SenderIdentity, first_day: str, last_day: str) -> Iterable[DayBalance]:
        """Read a sender's day balances, both included."""


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
    """Read the last `days` days (UTC, with today) of senders, and their hours of today and yesterday."""
    yesterday, today = recent_days(now)
    first = (now.date() - timedelta(days=days - 1)).isoformat()
    accounts = sorted({(sender.account, sender.region) for sender in senders})

    def read_hours(pair: tuple[str, str]) -> "list[Balance]":
        return list(table.read_hours(*pair, yesterday, today))

    def read_days(sender: SenderIdentity) -> list[DayBalance]:
        return list(table.read_days(sender, first, today))

    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
        hours, days_read = threads.map(read_hours, accounts), threads.map(read_days, sorted(senders))
        mail = SenderMail(gather_hours(chain.from_iterable(hours)), list(chain.from_iterable(days_read)))
    return mail.of(senders)
