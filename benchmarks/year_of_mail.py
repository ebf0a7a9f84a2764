"""A year of hourly balances: invented mail, told and counted by the library, as far as it is known by a time.

An account's identities send at three paces. Those of one account that send at one pace have the same mail,
so that a year of fifty of them is made in seconds.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from benchmarks.mail_lives import REGION, ReportedEvent, lives
from benchmarks.sender_hour import HOUR
from ses_reputation.feedback.origins import AccountHour, SenderHour
from ses_reputation.hours import Day, Hour, day_of, first_hour_of, hour_of, next_hour, start_of
from ses_reputation.ledger.balance import BalanceCounts, Counts, tally
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import HourBalance, add_counts
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.pages import Page
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.rows import row_of, runs_of_row
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.rollup.day_balance import (
    AccountDayBalance,
    account_day_balance,
    day_balances_of,
)
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.tallies import group_pairs

_RETENTION = timedelta(days=400)
_POSTED_AFTER = timedelta(seconds=60)
# As many different hours of mail, which come again and again.
_DIFFERENT_HOURS = 480


@dataclass(frozen=True, slots=True)
class Pace:
    """Mails an hour by configuration set, and how many identities of each account send at this pace."""

    mails: Mapping[str, int]
    identities: int


PACES = (
    # 10,000 sends in a week, in 83 days, and in more than a year.
    Pace({"newsletter": 40, "receipts": 20}, 5),
    Pace({"newsletter": 3, "receipts": 2}, 3),
    Pace({"receipts": 1}, 2),
)
PACES_OF_A_VENDOR = tuple(replace(pace, identities=20 * pace.identities) for pace in PACES)
"""Two hundred identities of an account, in the same mix."""
ACCOUNTS = tuple(f"{number}" * 12 for number in range(1, 6))


@dataclass(frozen=True, slots=True)
class YearOfMail:
    """The mail of `days` days up to `now`, of which is known what was told by then."""

    now: datetime
    accounts: Sequence[str] = ACCOUNTS
    paces: Sequence[Pace] = PACES
    days: int = 365

    def senders(self) -> Iterator[tuple[SenderIdentity, Pace]]:
        """Yield who sends, sorted, and at what pace."""
        for account in self.accounts:
            number = 0
            for pace in self.paces:
                for _ in range(pace.identities):
                    yield SenderIdentity(account, REGION, f"brand-{account[0]}{number:03}.example.com"), pace
                    number += 1

    def hours(self, first_day: str, last_day: str) -> Iterator[Hour]:
        """Yield the hours of mail from one day to another that have begun."""
        hour = max(first_hour_of(first_day), first_hour_of(day_of(self.now - self._reach)))
        while hour <= hour_of(self.now) and day_of(hour) <= last_day:
            yield hour
            hour = next_hour(hour)

    @property
    def _reach(self) -> timedelta:
        return timedelta(days=self.days - 1)

    def balances(self, account: str, first_day: str, last_day: str) -> Iterator[Balance]:
        """Yield an account's balances from one day to another, in the order of their keys."""
        for hour in self.hours(first_day, last_day):
            if balance := self._balance(account, hour):
                yield balance

    def posted_since(self, since: datetime) -> list[Balance]:
        """Return the balances that were last posted since a time: facts came for their hours."""
        reach = day_of(since - timedelta(days=22))
        posted = [
            balance
            for account in self.accounts
            for hour in self.hours(reach, day_of(self.now))
            if (at := self._posted_at(account, hour)) and at >= since
            if (balance := self._balance(account, hour))
        ]
        return sorted(posted, key=lambda balance: balance.posted_at)

    def account_days(self, last_day: Day) -> Iterator[AccountDayBalance]:
        """Yield what is stored of all accounts' days, up to a day; days with the same mail are made once."""
        for account in self.accounts:
            for day in sorted({day_of(hour) for hour in self.hours("2000-01-01", last_day)}):
                yield self._account_day(account, day)

    def _account_day(self, account: str, day: Day) -> AccountDayBalance:
        alike = self._alike(account)
        hours = [
            reported
            for hour in self.hours(day, day)
            for pace, senders in alike
            if (reported := self._hour(senders[0], pace, hour))
        ]
        pages = sum(self._pages(account, hour) for hour in self.hours(day, day))
        made = account_day_balance(AccountDay(account, REGION, day), pages, day_balances_of(hours))
        packed = {balance.sender: balance for balance in made.days}
        days = [
            replace(packed[senders[0]], sender=sender)
            for _, senders in alike
            for sender in senders
            if senders[0] in packed
        ]
        return replace(made, days=tuple(sorted(days, key=lambda each: each.sender)))

    def _alike(self, account: str) -> list[tuple[Pace, list[SenderIdentity]]]:
        """Return the senders of an account that have the same mail, by pace."""
        by_pace = group_pairs(
            (self.paces.index(pace), sender) for sender, pace in self.senders() if sender.account == account
        )
        return [(self.paces[place], senders) for place, senders in by_pace.items()]

    def _balance(self, account: str, hour: Hour) -> Balance | None:
        figures: dict[str, BalanceCounts] = {}
        for pace, senders in self._alike(account):
            if reported := self._hour(senders[0], pace, hour):
                figures |= {sender.identity: reported.figures for sender in senders}
        posted_at = self._posted_at(account, hour)
        if posted_at is None:
            return None
        shard = Shard(Segment(AccountHour(account, REGION, hour)))
        return Balance(shard, pack_figures(figures), self._pages(account, hour), 1.0, posted_at)

    def _pages(self, account: str, hour: Hour) -> int:
        """Return how much was reported of an hour, each with a page of its own."""
        return sum(
            len(senders) * self._told_of(mails, _seed(account, hour), hour)
            for pace, senders in self._alike(account)
            for mails in pace.mails.values()
        )

    def _posted_at(self, account: str, hour: Hour) -> datetime | None:
        seed = _seed(account, hour)
        reported = [
            _reported(mails, seed)[number - 1].at
            for pace in self.paces
            for mails in pace.mails.values()
            if (number := self._told_of(mails, seed, hour))
        ]
        return start_of(hour) + timedelta(seconds=max(reported)) + _POSTED_AFTER if reported else None

    def _hour(self, sender: SenderIdentity, pace: Pace, hour: str) -> HourBalance | None:
        """Return what is known of an hour, every telling being a page of its own; None if nothing is."""
        total = HourBalance(SenderHour(*sender, hour))
        for name, mails in pace.mails.items():
            seed = _seed(sender.account, hour)
            number = self._told_of(mails, seed, hour)
            total.pages += number
            for whole, part in zip(_counts(total), _counts(_figures(mails, seed, number)), strict=True):
                for cells in part.values():
                    add_counts(whole, {name: cells})
        return total if total.pages else None

    def _told_of(self, mails: int, seed: int, hour: str) -> int:
        """Return how much of what is ever told of an hour has been posted by now."""
        age = (self.now - _POSTED_AFTER - start_of(hour)).total_seconds()
        return bisect_right(_reported(mails, seed), age, key=lambda reported: reported.at)


def _seed(account: str, hour: str) -> int:
    number = int(start_of(hour).timestamp()) // 3600
    return (number + 17 * int(account[0])) % _DIFFERENT_HOURS


def _counts(figures: BalanceCounts | HourBalance) -> tuple[Counts, Counts, Counts]:
    return figures.counts, figures.followed, figures.coverage


@cache
def _reported(mails: int, seed: int) -> Sequence[ReportedEvent]:
    """All that is ever told of an hour's mail, in this order."""
    reported = [each for life in lives(mails, several=False, seed=seed) for each in life]
    return sorted(reported, key=lambda each: each.at)


@cache
def _figures(mails: int, seed: int, number: int) -> BalanceCounts:
    """What the first so many tellings add up to."""
    draft = JournalDraft(HOUR, _RETENTION)
    for reported in _reported(mails, seed)[:number]:
        draft.add("", reported.observed)
    pages = (row_of(row) for row, _ in draft.rows() if isinstance(row, Page))
    figures = tally([run for page in pages for run in runs_of_row(page)])
    return next(iter(figures.values()), BalanceCounts())
