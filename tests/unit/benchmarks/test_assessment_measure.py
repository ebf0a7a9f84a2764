"""The measured assessment: what it reads of a ledger that could answer more, and what that costs."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.assessment import Costs, measure
from benchmarks.capacity import size_of_item
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import (
    DAYS,
    EARLIER_HOURS,
    RECENT_HOURS,
    RUNS,
    STATES,
    WRITTEN_DAYS,
    MeteredLedger,
    rows_of_balance,
)
from benchmarks.year_of_mail import Pace, YearOfMail
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.rollup.day_balance import account_day_balance, day_balances_of
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.rate_counts import EVERYTHING

NOW = datetime(2026, 11, 22, 10, 35, tzinfo=UTC)
# 80 sends an hour are 10,000 in 6 days, and within 32 days to providers with feedback loops too; 2 are not.
BUSY = Pace({"newsletter": 80}, 1)
SLOW = Pace({"receipts": 2}, 2)


def mail(pace: Pace = SLOW) -> YearOfMail:
    return YearOfMail(NOW, ("111111111111", "222222222222"), (pace,), days=60)


@pytest.fixture(scope="module")
def costs() -> Costs:
    with function_environment():
        return measure(mail())


def test_of_the_hours_only_those_of_two_days_are_read(costs: Costs) -> None:
    for cost in costs:
        # Yesterday's 24 hours and today's 11, of each of two accounts.
        assert cost.metered[RECENT_HOURS].items == 2 * (24 + 11)
        assert cost.metered[EARLIER_HOURS].items == 0
    assert costs.following.metered[RUNS].items >= 2


def test_a_container_reads_days_as_far_as_the_volume_asks_for_and_once(costs: Costs) -> None:
    # Of 60 days two are recent. An account's day is a head and a piece of totals; a piece of detail is read
    # within 30 days. One older day is read whole later: that in which the windows begin.
    assert costs.first.metered[DAYS].items == 2 * (58 * 2 + 30 + 3)
    assert costs.following.metered[DAYS].items == 0
    with function_environment():
        busy = measure(mail(BUSY))
    assert busy.first.metered[DAYS].items == 2 * (30 * 2 + 30)
    assert busy.following.metered[DAYS].items == 0


def test_read_units_are_half_a_unit_for_each_four_kilobytes_of_a_page(costs: Costs) -> None:
    hours, cost = mail(), costs.following
    expected = 0.0
    for account in hours.accounts:
        for day in ("2026-11-21", "2026-11-22"):
            rows = [row for each in hours.balances(account, day, day) for row in rows_of_balance(each)]
            size = sum(map(size_of_item, rows))
            expected += -(-size // 4_096) / 2
    assert cost.metered[RECENT_HOURS].read_units == expected
    # States are read consistently, in one query, before they are written.
    assert cost.metered[STATES].read_units == -(-cost.metered[STATES].bytes_read // 4_096)


def test_today_is_not_written(costs: Costs) -> None:
    assert costs.following.metered[WRITTEN_DAYS].writes == 0
    assert costs.following.outcome.days_rolled_up == 0


def test_the_days_that_are_kept_are_what_the_hours_add_up_to() -> None:
    hours = mail()
    kept = {each.account_day: each for each in hours.account_days("2026-11-22")}

    for day in ("2026-11-20", "2026-11-22"):
        balances = list(hours.balances("222222222222", day, day))
        account_day = AccountDay("222222222222", "us-east-1", day)
        pages = sum(balance.pages for balance in balances)
        rolled_up = account_day_balance(account_day, pages, day_balances_of(gather_hours(balances)))
        assert len(rolled_up.days) == 2
        assert (kept[account_day].pages, list(kept[account_day].days)) == (
            rolled_up.pages,
            list(rolled_up.days),
        )


def test_mail_is_known_as_far_as_it_was_reported() -> None:
    hours = mail(Pace({"receipts": 12}, 2))
    before = YearOfMail(NOW - timedelta(minutes=20), hours.accounts, hours.paces, hours.days)
    today = [
        day_balances_of(gather_hours(each.balances("222222222222", "2026-11-22", "2026-11-22")))
        for each in (before, hours)
    ]

    first, then = (sum(day.totals[EVERYTHING].sends for day in days) for days in today)

    # Twelve an hour of each of two: in twenty minutes four of each, more or less one at either end.
    assert first + 6 <= then <= first + 10


def test_a_long_answer_comes_in_pages() -> None:
    ledger = MeteredLedger(mail())
    for number in range(5):
        ledger.keep({"pk": {"S": "DAY#a"}, "sk": {"S": f"2026-11-0{number}"}, "hours": {"B": b"x" * 400_000}})

    items, start, requests = 0, None, 0
    while start or not requests:
        asked = {
            "ExpressionAttributeValues": {
                ":pk": {"S": "DAY#a"},
                ":first": {"S": "2026-11-00"},
                ":last": {"S": "2026-11-30~"},
            },
            "ExclusiveStartKey": start,
        }
        answer = ledger.query(asked)
        items, start, requests = items + answer["Count"], answer.get("LastEvaluatedKey"), requests + 1

    # Two of 400 KB fit a megabyte.
    assert (items, requests) == (5, 3)
    assert ledger.metered[DAYS].items == 5
