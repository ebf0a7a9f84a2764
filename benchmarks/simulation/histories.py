"""Simulated mail of one sender as the product knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from benchmarks.sender_hour import DELEGATE
from benchmarks.simulation.sending import DAY
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.hours import ONE_HOUR, hour_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of
from ses_reputation.rollup.entities import account_entity

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
"""When hour 0 begins."""
_REGION = "us-east-1"


@dataclass(frozen=True)
class SenderMail:
    """Mail of an account by the hour: sends, hard bounces, and complaints."""

    sends: Sequence[int]
    bounces: Sequence[int]
    complaints: Sequence[int]

    def history_at(self, hour: int) -> History:
        """Return what the product knows at the end of an hour."""
        today = hour // DAY
        hours = [self._balance(each) for each in range(today * DAY, hour + 1) if self.sends[each]]
        days = [*self._whole_days[:today], *day_balances_of(hours)]
        return History(account_entity(DELEGATE, _REGION), days, _time(hour, minute=59))

    @cached_property
    def _whole_days(self) -> list[DayBalance]:
        hours = [self._balance(each) for each in range(len(self.sends))]
        return list[DayBalance](day_balances_of(hours))

    def _balance(self, hour: int) -> HourBalance:
        outcomes = {
            "sent": int(self.sends[hour]),
            "bounced_permanent_no_email": int(self.bounces[hour]),
            "complained_abuse": int(self.complaints[hour]),
        }
        sender_hour = SenderHour(DELEGATE, _REGION, "example.com", hour_of(_time(hour)))
        return HourBalance(sender_hour, pages=1, counts={"newsletter": {"yahoo": outcomes}})


def _time(hour: int, minute: int = 0) -> datetime:
    return (MONDAY + hour * ONE_HOUR).replace(minute=minute)
