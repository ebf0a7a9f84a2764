"""Mail as the ledger keeps it, made from the few numbers that a test is about.

By outcome (`mail_by_outcome`, `mail`, `delayed_mail`), or as two feeds report it (`reported_mail`).
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import TypedDict, Unpack

from ses_reputation.feedback.origins import AccountHour, SenderHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.hours import ONE_DAY, ONE_HOUR, Hour, day_of, hour_of, hours_later
from ses_reputation.ledger.balance import BalanceCounts, tally
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.ledger.pages import FactRun, Source
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.rates.history import History
from ses_reputation.rollup.day_balance import (
    AccountDayBalance,
    PackedDay,
    account_day_balance,
    day_balances_of,
    pack_day,
    sender_of,
)
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, account_entity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.tallies import group_by
from tests.support.notifications import DELEGATE


def at(text: str) -> datetime:
    """A time of November 2026 in UTC: `22 10:05`."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


NOW = at("22 10:05")
REGION = "us-east-1"
SENDER = SenderIdentity(DELEGATE, REGION, "example.com")
ENTITY = account_entity(DELEGATE, REGION)


def hour_ago(hours: int, now: datetime = NOW) -> Hour:
    """The hour so many hours before the current one, which is 0 hours ago."""
    return hour_of(now - hours * ONE_HOUR)


def hours_from(first: Hour, number: int) -> list[Hour]:
    """So many hours in a row."""
    return [hours_later(first, hour) for hour in range(number)]


class Stream(TypedDict, total=False):
    """Whose mail it is, of which configuration set, and to which provider."""

    sender: SenderIdentity
    name: str
    provider: str


def mail_by_outcome(
    hour: Hour | int,
    outcomes: Mapping[str, int],
    followed: Mapping[str, int] | None = None,
    *,
    sender: SenderIdentity = SENDER,
    name: str = "newsletter",
    provider: str = "other",
) -> HourBalance:
    """Mail of one hour, named or so many hours ago; outcomes of which there are 0 are left out."""
    counts, ends = (
        {name: {provider: {each: number for each, number in numbers.items() if number}}}
        for numbers in (outcomes, followed or {})
    )
    named = hour_ago(hour) if isinstance(hour, int) else hour
    return HourBalance(SenderHour(*sender, named), 0, 1, counts, ends if followed else {})


def mail(
    hour: Hour | int, sends: int, bounces: int = 0, complaints: int = 0, **stream: Unpack[Stream]
) -> HourBalance:
    """Mail of one hour of which so much bounces for good, and so much is complained about."""
    outcomes = {"sent": sends, "bounced_permanent_no_email": bounces, "complained_abuse": complaints}
    return mail_by_outcome(hour, outcomes, **stream)


def delayed_mail(
    hour: Hour | int, sent: int, delayed: int = 0, delay_type: str = "ip_failure", **stream: Unpack[Stream]
) -> HourBalance:
    """Mail of one hour, to Microsoft unless said, of which some is delayed, all in one way, and still open.

    The rest took 10 s.
    """
    outcomes = {"sent": sent, f"delayed_{delay_type}": delayed, "delivered_within_10s": sent - delayed}
    followed = {"delayed_still_open": delayed} if delayed else None
    stream.setdefault("provider", "microsoft")
    return mail_by_outcome(hour, outcomes, followed, **stream)


NOTHING: tuple[str, ...] = ()
EVERYTHING = ("sent", "delivered", "bounced", "complained")
BOUNCES_AND_COMPLAINTS = ("bounced", "complained")
_OUTCOMES = {
    "sent": Outcome.SENT,
    "delivered": Outcome.DELIVERED_WITHIN_10S,
    "bounced": Outcome.BOUNCED_PERMANENT_GENERAL,
    "complained": Outcome.COMPLAINED_ABUSE,
}


@dataclass(frozen=True, slots=True)
class Reported:
    """Dispatches of one configuration set ("": none), and the kinds of facts that each feed reports of them.

    All are sent; `bounced` of them bounce, `open` have no outcome, the others are delivered, of which
    `complained` complain. owner_says, sender_says: what else a feed alone reports, and of which dispatches.
    """

    sent: int
    bounced: int = 0
    complained: int = 0
    open: int = 0
    name: str = "newsletter"
    sender: Collection[str] = EVERYTHING
    owner: Collection[str] = BOUNCES_AND_COMPLAINTS
    owner_says: Mapping[Outcome, range] = field(default_factory=dict)
    sender_says: Mapping[Outcome, range] = field(default_factory=dict)

    def dispatches(self, kind: str, first: int) -> range:
        """The dispatches, numbered from `first` on, that a kind of fact is true of."""
        begin, end = {
            "sent": (0, self.sent),
            "bounced": (0, self.bounced),
            "delivered": (self.bounced, self.sent - self.open),
            "complained": (self.bounced, self.bounced + self.complained),
        }[kind]
        return range(first + begin, first + end)

    def facts(self, first: int) -> Iterator[tuple[str, bool, Outcome, Iterable[int]]]:
        """What is reported: the set's name, whether by the owner, an outcome, and of which dispatches."""
        for kinds, name, is_owners in ((self.sender, self.name, False), (self.owner, "", True)):
            for kind in kinds:
                yield name, is_owners, _OUTCOMES[kind], self.dispatches(kind, first)
        for outcome, dispatches in self.owner_says.items():
            yield "", True, outcome, (first + each for each in dispatches)
        for outcome, dispatches in self.sender_says.items():
            yield self.name, False, outcome, (first + each for each in dispatches)


def reported_mail(hour: Hour, *parts: Reported, sender: SenderIdentity = SENDER) -> HourBalance:
    """Mail of one hour as the ledger adds up what two feeds report of it."""
    runs = [
        FactRun(
            Source(0, sender.identity, False, name, is_owners),
            outcome,
            Provider.GMAIL,
            array("Q", dispatches),
        )
        for first, part in zip(count(step=1_000_000), parts)
        for name, is_owners, outcome, dispatches in part.facts(first)
    ]
    figures = tally(runs).get(sender.identity, BalanceCounts())
    balance = HourBalance(SenderHour(*sender, hour))
    balance.add(figures, 1, is_late=False)
    return balance


def balance_of(hour: HourBalance, posted_at: datetime = NOW, segment: int = 0) -> Balance:
    """The balance that was posted of mail of one hour, or of a segment of it, its account's only mail."""
    account, region, identity, send_hour = hour.sender_hour
    shard = Shard(Segment(AccountHour(account, region, send_hour), segment))
    return Balance(shard, pack_figures({identity: hour.figures}), hour.pages, 1.0, posted_at)


def days_of(hours: Iterable[HourBalance]) -> list[PackedDay]:
    """The day balances of mail as they are stored; that of one sender and hour is added up first."""
    return list(map(pack_day, day_balances_of(gather_hours(map(balance_of, hours)))))


def account_days_of(hours: Iterable[HourBalance]) -> list[AccountDayBalance]:
    """What is stored of mail, each account and day by itself; hours of one sender-hour are added up first."""
    by_day = group_by(hours, account_day_of)
    return [
        account_day_balance(
            each,
            sum(hour.pages for hour in by_day[each]),
            day_balances_of(gather_hours(map(balance_of, by_day[each]))),
        )
        for each in sorted(by_day)
    ]


def account_day_of(hour: HourBalance) -> AccountDay:
    """The account-day that an hour belongs to."""
    return AccountDay(*sender_of(hour)[:2], day_of(hour.sender_hour.send_hour))


def unreadable_within(days: Iterable[PackedDay], kept: set[str]) -> list[PackedDay]:
    """The same days, of which only those in `kept` can still be unpacked but for their totals."""
    return [day if day.day in kept else replace(day, packed_detail=b"") for day in days]


def usual_week(sent: int, delayed: int = 0) -> list[PackedDay]:
    """The seven days before yesterday (of NOW), each with the same mail."""
    return days_of(delayed_mail(f"2026-11-{day}T10", sent, delayed) for day in range(14, 21))


def history_of(
    hours: Iterable[HourBalance], entity: ReputationEntity = ENTITY, now: datetime = NOW
) -> History:
    """The history of an entity that has had this mail."""
    return History(entity, days_of(hours), now)


def read_at(now: datetime, hours: Iterable[HourBalance]) -> tuple[list[HourBalance], list[PackedDay]]:
    """What an assessment reads of mail: the hours of today and yesterday, and all day balances."""
    known = [hour for hour in hours if hour.sender_hour.send_hour <= hour_of(now)]
    return [hour for hour in known if hour.sender_hour.send_hour >= day_of(now - ONE_DAY)], days_of(known)
