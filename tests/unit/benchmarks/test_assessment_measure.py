"""The measured assessment: what it reads of a ledger that could answer more, and what that costs."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.assessment import AssessmentCost, measure
from benchmarks.capacity import size_of_item
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import (
    COMPARED_DAYS,
    DAYS,
    EARLIER_HOURS,
    POSTINGS,
    RECENT_HOURS,
    STATES,
    MeteredLedger,
)
from benchmarks.year_of_mail import Pace, YearOfMail
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.ledger.rows import row_of_balance
from ses_reputation.rollup.day_balance import day_balances_of
from ses_reputation.rollup.rate_counts import EVERYTHING

NOW = datetime(2026, 11, 22, 10, 35, tzinfo=UTC)
# 20 sends an hour are 10,000 in 21 days; 2 are not in the 32 days that are read of each sender.
BUSY = Pace({"newsletter": 20}, 1)
SLOW = Pace({"receipts": 2}, 2)


def mail(pace: Pace = SLOW) -> YearOfMail:
    return YearOfMail(NOW, ("111111111111", "222222222222"), (pace,), days=60)


@pytest.fixture(scope="module")
def cost() -> AssessmentCost:
    with function_environment():
        return measure(mail())


def test_of_the_hours_only_those_of_two_days_are_read(cost: AssessmentCost) -> None:
    # Yesterday's 24 hours and today's 11, of two identities in each of two accounts.
    assert cost.metered[RECENT_HOURS].items == 4 * (24 + 11)
    assert cost.metered[EARLIER_HOURS].items == 0
    assert cost.metered[POSTINGS].items >= 4


def test_days_are_read_as_far_as_the_volume_asks_for(cost: AssessmentCost) -> None:
    # Of 32 days two are recent; the 28 days before these are not half of the 91 days that the next reach has.
    assert cost.metered[DAYS].items == 4 * (60 - 2)
    with function_environment():
        busy = measure(mail(BUSY))
    assert busy.metered[DAYS].items == 2 * 30


def test_read_units_are_half_a_unit_for_each_four_kilobytes_of_a_page(cost: AssessmentCost) -> None:
    hours = mail()
    expected = 0.0
    for account in hours.accounts:
        for day in ("2026-11-21", "2026-11-22"):
            size = sum(size_of_item(row_of_balance(each)) for each in hours.balances(account, day, day))
            expected += -(-size // 4_096) / 2
    assert cost.metered[RECENT_HOURS].read_units == expected
    # States are read consistently, in one query, before they are written.
    assert cost.metered[STATES].read_units == -(-cost.metered[STATES].bytes_read // 4_096)


def test_only_days_that_changed_are_written(cost: AssessmentCost) -> None:
    # The current hour's first mail was sent at 10:00, its second at 10:30: since 10:30 all four have changed.
    assert 4 <= cost.metered[COMPARED_DAYS].writes <= 8
    assert cost.metered[COMPARED_DAYS].items >= cost.metered[COMPARED_DAYS].writes
    assert cost.outcome.days_rolled_up == cost.metered[COMPARED_DAYS].writes


def test_the_days_that_are_kept_are_what_the_hours_add_up_to() -> None:
    hours = mail()
    kept = {(day.sender, day.day): day for day in hours.day_balances("2026-11-22")}

    rolled_up = day_balances_of(gather_hours(hours.balances("222222222222", "2026-11-20", "2026-11-22")))

    assert len(rolled_up) == 2 * 3
    assert [kept[day.sender, day.day] for day in rolled_up] == rolled_up


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
