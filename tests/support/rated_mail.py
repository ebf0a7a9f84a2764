"""Mail as rates see it, made from the few figures that a test is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.ledger.balance import Counts
from ses_reputation.ledger.hour_balance import HourBalance, add_counts
from ses_reputation.rates.history import History
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, account_entity
from tests.support.notifications import DELEGATE

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
REGION = "us-east-1"
SENDER = SenderIdentity(DELEGATE, REGION, "example.com")
BOOK = account_entity(DELEGATE, REGION)


def hour_ago(hours: int, now: datetime = NOW) -> str:
    """The name of the hour so many hours before the current one, which is 0 hours ago."""
    return f"{now - timedelta(hours=hours):%Y-%m-%dT%H}"


def mail(
    hour: str | int,
    sends: int,
    bounces: int = 0,
    complaints: int = 0,
    *,
    sender: SenderIdentity = SENDER,
    name: str = "newsletter",
    provider: str = "other",
) -> HourBalance:
    """Mail of one hour, named or so many hours ago, in one configuration set, to one provider."""
    outcomes = {"sent": sends, "bounced_permanent_no_email": bounces, "complained_abuse": complaints}
    counts = {name: {provider: {outcome: number for outcome, number in outcomes.items() if number}}}
    return sent_hour(hour, counts, sender)


def sent_hour(hour: str | int, counts: Counts, sender: SenderIdentity = SENDER) -> HourBalance:
    """A sender's hour, named or so many hours ago, with these counts."""
    named = hour_ago(hour) if isinstance(hour, int) else hour
    return HourBalance(SenderHour(*sender, named), pages=1, counts=counts)


def days_of(hours: Iterable[HourBalance]) -> list[DayBalance]:
    """The day balances of mail; that of one sender and hour is added up first."""
    gathered: dict[SenderHour, HourBalance] = {}
    for hour in hours:
        into = gathered.setdefault(hour.sender_hour, HourBalance(hour.sender_hour))
        add_counts(into.counts, hour.counts)
        into.pages += hour.pages
    return day_balances_of(gathered.values())


def history_of(hours: Iterable[HourBalance], entity: ReputationEntity = BOOK, now: datetime = NOW) -> History:
    """The history of an entity that has had this mail."""
    return History(entity, days_of(hours), now)


def unreadable_within(days: Iterable[DayBalance], kept: set[str]) -> list[DayBalance]:
    """The same days, of which only those in `kept` can still be unpacked by the hour."""
    return [day if day.day in kept else replace(day, packed_hours=b"") for day in days]
