"""Only the mail that is asked for is read: two days of hours, and as many days as a view needs."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.rollup.day_balance import AccountDayBalance
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.sender_mail import read_mail
from tests.support.balances import posted_balance
from tests.support.mail import account_days_of

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
SENDER = SenderIdentity("444455556666", "us-east-1", "example.com")
OTHER = SenderIdentity("444455556666", "us-east-1", "example.org")
ABROAD = SenderIdentity("444455556666", "eu-west-1", "example.com")


def balance_at(sender: SenderIdentity, hour: str) -> Balance:
    return posted_balance(SenderHour(*sender, hour), counts={"news": {"gmail": {"sent": 1}}})


class Table:
    """Answers as the ledger does, from balances."""

    def __init__(self, balances: Iterable[Balance]) -> None:
        self.balances = list(balances)

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> Iterator[Balance]:
        for balance in self.balances:
            hour = balance.shard.segment.account_hour
            is_asked = (account, region) == (hour.sending_account, hour.region)
            if is_asked and first_day <= hour.send_hour[:10] <= last_day:
                yield balance

    def read_days(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> Iterator[AccountDayBalance]:
        # Days are stored when they are over for a day.
        for stored in account_days_of(gather_hours(self.balances)):
            is_asked = (account, region) == stored.account_day[:2]
            if is_asked and first_day <= stored.account_day.day <= min(last_day, "2026-11-20"):
                yield stored


TABLE = Table(
    balance_at(sender, hour)
    for sender in (SENDER, OTHER, ABROAD)
    for hour in ("2026-11-14T23", "2026-11-15T00", "2026-11-20T23", "2026-11-21T00", "2026-11-22T10")
)


def test_hours_are_todays_and_yesterdays_and_days_as_many_as_asked() -> None:
    mail = read_mail(TABLE, [SENDER], NOW, 8)

    assert [hour.sender_hour.send_hour for hour in mail.hours] == ["2026-11-21T00", "2026-11-22T10"]
    assert [day.day for day in mail.days] == ["2026-11-15", "2026-11-20", "2026-11-21", "2026-11-22"]


def test_other_identities_of_the_same_account_are_left_out() -> None:
    mail = read_mail(TABLE, [SENDER, ABROAD], NOW, 1)

    assert {hour.sender_hour.identity for hour in mail.hours} == {"example.com"}
    assert [(day.sender, day.day) for day in mail.days] == [(ABROAD, "2026-11-22"), (SENDER, "2026-11-22")]
    assert [day.sender for day in mail.of([ABROAD]).days] == [ABROAD]
    assert {hour.sender_hour.region for hour in mail.of([ABROAD]).hours} == {"eu-west-1"}
