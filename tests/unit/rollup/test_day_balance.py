"""A day balance is what the hours of a day add up to, and gives each of them back."""

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.day_balance import account_day_balance, day_balances_of, pack_day, sender_of
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.rate_counts import EVERYTHING, RateCounts, break_down
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

SENDER = SenderIdentity(DELEGATE, "us-east-1", "example.com")


def hour(name: str, sends: int, sender: SenderIdentity = SENDER, pages: int = 1) -> HourBalance:
    return HourBalance(
        SenderHour(*sender, name),
        pages=pages,
        counts={"newsletter": {"yahoo": {"sent": sends, "bounced_permanent_general": 1}}},
        followed={"newsletter": {"yahoo": {"sent_without_outcome": 2}}},
        coverage={"newsletter": {"bounced": {"both": 1}}},
    )


def test_a_day_is_the_sum_of_its_hours_and_gives_each_back() -> None:
    (day,) = day_balances_of([hour("2026-11-22T11", 20, pages=2), hour("2026-11-22T09", 10, pages=3)])

    assert (day.sender, day.day) == (SENDER, "2026-11-22")
    assert day.totals[EVERYTHING] == RateCounts(30, 2, 0, 30, 0, 30, 2)
    assert list(day.hours) == ["2026-11-22T09", "2026-11-22T11"]
    assert day.hours["2026-11-22T09"] == break_down(hour("2026-11-22T09", 10).counts)
    assert day.figures == BalanceCounts(
        {"newsletter": {"yahoo": {"sent": 30, "bounced_permanent_general": 2}}},
        {"newsletter": {"yahoo": {"sent_without_outcome": 4}}},
        {"newsletter": {"bounced": {"both": 2}}},
    )


def test_rolling_up_leaves_the_hours_as_they_were() -> None:
    hours = [hour("2026-11-22T09", 10), hour("2026-11-22T10", 10)]

    day_balances_of(hours)

    assert hours == [hour("2026-11-22T09", 10), hour("2026-11-22T10", 10)]


def test_each_sender_and_utc_day_has_its_own_sorted() -> None:
    other = SenderIdentity(SECOND_DELEGATE, "us-east-1", "example.com")
    hours = [
        hour("2026-11-22T00", 1, other),
        hour("2026-11-22T00", 2),
        hour("2026-11-21T23", 4),
    ]

    days = day_balances_of(hours)

    assert [(day.sender, day.day, day.totals[EVERYTHING].sends) for day in days] == [
        (SENDER, "2026-11-21", 4),
        (SENDER, "2026-11-22", 2),
        (other, "2026-11-22", 1),
    ]


def test_the_order_of_hours_changes_no_byte() -> None:
    hours = [hour(f"2026-11-22T{number:02}", number) for number in range(24)]

    straight, reverse = day_balances_of(hours), day_balances_of(reversed(hours))

    assert list(map(pack_day, straight)) == list(map(pack_day, reverse))


def test_a_day_comes_back_as_it_was_packed() -> None:
    (day,) = day_balances_of([hour(f"2026-11-22T{number:02}", number + 1) for number in (0, 9, 23)])

    packed = pack_day(day)

    assert (packed.sender, packed.day) == (day.sender, day.day)
    assert (packed.totals, packed.hours, packed.figures) == (day.totals, day.hours, day.figures)


def test_an_account_day_holds_all_its_days_packed() -> None:
    other = SenderIdentity(DELEGATE, "us-east-1", "example.org")
    days = day_balances_of([hour("2026-11-22T09", 10), hour("2026-11-22T09", 20, other)])
    account_day = AccountDay(DELEGATE, "us-east-1", "2026-11-22")

    balance = account_day_balance(account_day, 5, days)

    assert (balance.account_day, balance.pages) == (account_day, 5)
    assert balance.days == tuple(map(pack_day, days))


def test_a_sender_is_an_hour_s_origin_without_the_hour() -> None:
    assert sender_of(hour("2026-11-22T09", 1)) == SENDER
