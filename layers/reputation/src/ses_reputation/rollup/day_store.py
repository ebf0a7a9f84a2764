"""What the rollup needs of the table, and what it leaves to a container's memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from ses_reputation.hours import Day
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.rollup.day_balance import AccountDayBalance
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay


@dataclass(frozen=True, slots=True)
class PostingsPage:
    """A page of the index of postings: the account-days of its balances, and when the last was posted."""

    account_days: frozenset[AccountDay]
    last_posted_at: datetime


class DayWrite(Enum):
    """What became of an account-day that was to be stored."""

    WRITTEN = auto()
    UNCHANGED = auto()
    OUTDATED = auto()
    """One from more pages is stored, or is being stored."""


class DayStore(Protocol):
    """What the rollup needs of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_watermark(self) -> datetime | None:
        """Return the time up to which all posted balances are rolled up."""

    def advance_watermark(self, rolled_up_to: datetime) -> None:
        """Move the watermark on, never back."""

    def read_stored_before(self) -> Day | None:
        """Return the day before which days are stored; None before the first rollup."""

    def advance_stored_before(self, day: Day) -> None:
        """Move that day on, never back."""

    def postings_since(self, since: datetime, until: datetime) -> Iterator[PostingsPage]:
        """Yield which account-days got balances, in the order of posting."""

    def senders(self) -> list[SenderIdentity]:
        """Return all known senders."""

    def register(self, sender: SenderIdentity) -> None:
        """Make a sender known."""

    def unregister(self, sender: SenderIdentity) -> None:
        """Make a sender unknown; harmless where it is."""

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        """Return an account's balances of some days."""

    def read_days(self, account: str, region: str, first_day: str, last_day: str) -> list[AccountDayBalance]:
        """Return an account's day balances of some days; raise HalfWrittenError where one is not whole."""

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> list[AccountDayBalance]:
        """Return the same without hours and figures."""

    def write_day(self, balance: AccountDayBalance, *, is_whole: bool = True) -> DayWrite:
        """Store an account-day where it says something new."""


class DayMemory(Protocol):
    """What is remembered of stored days between rollups; see ses_reputation.rollup.known_days.KnownDays."""

    def begin_rollup(self, now: datetime) -> datetime:
        """Return up to when postings are known, but for those of SETTLING before."""

    def learn(self, balance: AccountDayBalance, outcome: DayWrite) -> None:
        """Take an account-day as stored, if it is."""

    def forget(self, account_day: AccountDay) -> None:
        """Take nothing as known of an account-day."""

    def finish_rollup(self, began_at: datetime) -> None:
        """Note when a rollup began that left nothing out."""
