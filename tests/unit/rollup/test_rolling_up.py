"""Whatever was posted stands in its day, whenever it came, and wherever the rollup was cut off."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.day_balance import PackedDay
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.known_days import KnownDays
from ses_reputation.rollup.rolling_up import SETTLING, RollupProgress, read_recent, roll_up_postings
from tests.support.in_memory.assessment_table import CrashError, FaultyCalls, InMemoryAssessments
from tests.support.mail import NOW, REGION, SENDER, account_days_of, balance_of, days_of, mail
from tests.support.notifications import DELEGATE, OWNER

OWNERS = SenderIdentity(OWNER, REGION, "example.com")
NEIGHBOUR = SenderIdentity(DELEGATE, REGION, "example.org")
MINUTE = timedelta(minutes=1)
YEAR = [
    mail(f"{NOW - timedelta(days=days):%Y-%m-%d}T{hour:02}", 100 + days, days % 3, sender=sender)
    for days in range(1, 380, 9)
    for hour, sender in ((3, SENDER), (4, OWNERS), (14, SENDER), (15, NEIGHBOUR))
]


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def always() -> bool:
    return True


def times(number: int) -> Callable[[], bool]:
    """There is time for so many steps."""
    left = iter([True] * number)
    return lambda: next(left, False)


def rollup(
    table: Any, pool: Executor, at: datetime = NOW, has_time: Callable[[], bool] = always
) -> RollupProgress:
    return roll_up_postings(table, KnownDays(), at, lambda: at, has_time, pool)


def post(table: InMemoryAssessments, hours: Sequence[HourBalance], at: datetime | None = None) -> None:
    """Post hours at a time, or each at the end of its hour."""
    for hour in hours:
        ended = datetime.fromisoformat(f"{hour.sender_hour.send_hour}:59:59+00:00")
        table.post(balance_of(hour, at or ended))


def all_days(table: InMemoryAssessments) -> list[PackedDay]:
    accounts = {sender[:2] for sender in table.senders()}
    found = [each for account in accounts for each in table.read_days(*account, "", "9")]
    return sorted((day for each in found for day in each.days), key=lambda day: (day.sender, day.day))


def over_for_a_day(hours: Sequence[HourBalance]) -> list[HourBalance]:
    """The hours of days that are stored: those before yesterday."""
    return [hour for hour in hours if hour.sender_hour.send_hour < "2026-11-21"]


def test_a_first_rollup_takes_in_more_than_a_year(pool: Executor) -> None:
    table = InMemoryAssessments()
    post(table, YEAR)

    rolled = rollup(table, pool)

    stored = over_for_a_day(YEAR)
    assert all_days(table) == days_of(stored)
    assert table.senders() == sorted([SENDER, NEIGHBOUR, OWNERS])
    assert (rolled.is_caught_up, rolled.not_rolled_up) == (True, {})
    assert rolled.written == len(account_days_of(stored))
    assert table.rolled_up_to == NOW - SETTLING


def test_rolling_up_again_reads_what_is_not_settled_and_writes_nothing(pool: Executor) -> None:
    table = InMemoryAssessments()
    post(table, YEAR)
    post(table, [mail("2026-11-22T09", 50)], NOW - 3 * MINUTE)
    rollup(table, pool)
    faults = FaultyCalls()

    rolled = rollup(faults.before(table), pool, NOW + 5 * MINUTE)

    assert rolled.written == 0
    assert faults.calls.count("read_hours") == 1
    assert "register" not in faults.calls
    assert table.rolled_up_to == NOW - 5 * MINUTE


def test_a_complaint_three_weeks_late_changes_its_day(pool: Executor) -> None:
    table = InMemoryAssessments()
    day = [mail("2026-11-01T09", 100), mail("2026-11-01T10", 100)]
    post(table, day)
    rollup(table, pool, NOW - 5 * MINUTE)

    late = [mail("2026-11-01T09", 100, complaints=1), day[1]]
    table.post(balance_of(late[0], NOW - MINUTE))

    assert rollup(table, pool).written == 1
    assert all_days(table) == days_of(late)


def test_a_posting_that_shows_late_is_found_by_the_next_rollup(pool: Executor) -> None:
    table = InMemoryAssessments()
    rollup(table, pool)
    # Dated nine minutes before the rollup that did not see it.
    post(table, [mail("2026-11-02T09", 100)], NOW - 9 * MINUTE)

    assert rollup(table, pool, NOW + 5 * MINUTE).written == 1


def test_what_is_settled_is_decided_by_the_clock_whatever_time_is_assessed(pool: Executor) -> None:
    table = InMemoryAssessments()
    post(table, [mail("2026-11-02T09", 100)], NOW - MINUTE)

    rolled = roll_up_postings(table, KnownDays(), NOW - timedelta(days=20), lambda: NOW, always, pool)

    assert rolled.written == 1
    assert rolled.recent_days == ("2026-11-01", "2026-11-02")
    assert table.rolled_up_to == NOW - SETTLING


def test_a_rollup_that_runs_out_of_time_goes_on_where_it_was(pool: Executor) -> None:
    table = InMemoryAssessments(keys_per_page=10)
    post(table, YEAR)
    written, runs = 0, 0
    rolled = rollup(table, pool, has_time=times(0))
    assert (rolled.written, rolled.is_caught_up, table.rolled_up_to) == (0, False, None)

    while not rolled.is_caught_up:
        runs += 1
        rolled = rollup(table, pool, NOW + 5 * runs * MINUTE, times(3))
        written += rolled.written

    assert runs > 5
    assert written == len(account_days_of(over_for_a_day(YEAR)))
    assert all_days(table) == days_of(over_for_a_day(YEAR))


def test_a_day_that_many_pages_name_is_read_once(pool: Executor) -> None:
    table = InMemoryAssessments(keys_per_page=1)
    day = [mail(f"2026-11-20T{hour:02}", 100) for hour in range(24)]
    post(table, day)
    faults = FaultyCalls()

    rollup(faults.before(table), pool)

    assert faults.calls.count("read_hours") == 1
    assert all_days(table) == days_of(day)


def test_a_day_is_stored_with_the_pages_of_all_its_hours(pool: Executor) -> None:
    table = InMemoryAssessments()
    day = [mail("2026-11-18T09", 100), mail("2026-11-18T10", 100), mail("2026-11-18T11", 100)]
    day[0].pages, day[1].pages, day[2].pages = 2, 5, 3
    post(table, day)

    rollup(table, pool)

    (stored,) = table.read_days(*SENDER[:2], "", "9")
    assert stored.pages == 10


def test_the_watermark_waits_for_what_could_not_be_rolled_up(pool: Executor) -> None:
    table, counted = InMemoryAssessments(keys_per_page=2), FaultyCalls()
    post(table, YEAR)
    rollup(counted.before(table), pool)
    halfway = counted.calls.index("read_hours", len(counted.calls) // 2) + 1
    table = InMemoryAssessments(keys_per_page=2)
    post(table, YEAR)

    rolled = rollup(FaultyCalls(halfway, "unavailable").before(table), pool)

    ((not_rolled_up, why),) = rolled.not_rolled_up.items()
    assert (why, rolled.is_caught_up) == ("ThrottlingException", True)
    assert table.rolled_up_to is not None
    assert "2026-01" < f"{table.rolled_up_to}" < not_rolled_up.day
    # All others are rolled up, and the next rollup makes up for it.
    left = {(day.sender, day.day) for day in days_of(over_for_a_day(YEAR))} - {
        (day.sender, day.day) for day in all_days(table)
    }
    assert {(sender.account, sender.region, day) for sender, day in left} == {not_rolled_up}
    assert not rollup(table, pool).not_rolled_up
    assert all_days(table) == days_of(over_for_a_day(YEAR))


@pytest.mark.parametrize("fault", ["before", "after", "unavailable"])
def test_a_rollup_cut_off_at_any_call_is_made_up_for(fault: str, pool: Executor) -> None:
    some = YEAR[-24:]
    counted = FaultyCalls()
    table = InMemoryAssessments(keys_per_page=4)
    post(table, some)
    rollup(counted.before(table), pool)
    assert len(counted.calls) > 30

    for number in range(1, len(counted.calls) + 1):
        table = InMemoryAssessments(keys_per_page=4)
        post(table, some)
        with suppress(CrashError, UnavailableError):
            rollup(FaultyCalls(number, fault).before(table), pool)
        rollup(table, pool, NOW + 5 * MINUTE)

        cut_off = f"{fault} call {number}, {counted.calls[number - 1]}"
        assert all_days(table) == days_of(some), cut_off
        assert table.senders() == sorted({day.sender for day in days_of(some)}), cut_off


def test_two_rollups_at_once_end_as_one(pool: Executor) -> None:
    table = InMemoryAssessments(keys_per_page=4)
    post(table, YEAR)

    def other_rollup_in_between() -> bool:
        if table.rolled_up_to is None:
            rollup(table, pool_of_the_other)
        return True

    with ThreadPoolExecutor(1) as pool_of_the_other:
        rolled = rollup(table, pool, has_time=other_rollup_in_between)

    assert (rolled.is_caught_up, rolled.written) == (True, 0)
    assert all_days(table) == days_of(over_for_a_day(YEAR))
    assert table.rolled_up_to == NOW - SETTLING


def test_the_recent_hours_of_all_known_senders_are_read_and_those_rolled_up_are_not_read_again(
    pool: Executor,
) -> None:
    table = InMemoryAssessments()
    old = [mail("2026-11-21T09", 100), mail("2026-11-20T09", 100, sender=OWNERS)]
    post(table, old)
    rollup(table, pool)
    post(table, [mail("2026-11-22T09", 7), mail("2026-11-22T10", 8, sender=NEIGHBOUR)], NOW - MINUTE)
    faults = FaultyCalls()
    faulty = faults.before(table)

    rolled = rollup(faulty, pool)
    read_recent(faulty, rolled, pool)

    known = [AccountDay(account, REGION, day) for account in (OWNER, DELEGATE) for day in rolled.recent_days]
    assert sorted(rolled.recent) == known
    assert faults.calls.count("read_hours") == len(known)
    today = rolled.recent[AccountDay(DELEGATE, REGION, "2026-11-22")]
    assert [hour.sender_hour.identity for hour in today.hours] == ["example.com", "example.org"]
    assert [day.sender for day in today.days] == [SENDER, NEIGHBOUR]
    assert rolled.recent[AccountDay(OWNER, REGION, "2026-11-22")].hours == []


def test_a_sender_whose_hour_was_not_named_is_met_among_todays_hours(pool: Executor) -> None:
    """Posting names an hour of today when it has its first balance only."""
    table = InMemoryAssessments()
    post(table, [mail("2026-11-22T08", 7)], NOW - 90 * MINUTE)
    rollup(table, pool, NOW - 60 * MINUTE)
    named = {key for key in table.rows if key[0].startswith("POSTINGS#")}
    post(table, [mail("2026-11-22T08", 8, sender=NEIGHBOUR)], NOW)
    for unnamed in {key for key in table.rows if key[0].startswith("POSTINGS#")} - named:
        del table.rows[unnamed]

    rolled = rollup(table, pool, NOW + MINUTE)
    read_recent(table, rolled, pool)

    assert rolled.senders == {SENDER, NEIGHBOUR}
    assert table.senders() == [SENDER, NEIGHBOUR]


def test_recent_hours_that_cannot_be_read_are_named(pool: Executor) -> None:
    table = InMemoryAssessments()
    post(table, [mail("2026-11-02T09", 100)])
    rolled = rollup(table, pool)

    read_recent(FaultyCalls(2, "unavailable").before(table), rolled, pool)

    assert rolled.not_rolled_up == {AccountDay(DELEGATE, REGION, "2026-11-22"): "ThrottlingException"}
    assert list(rolled.recent) == [AccountDay(DELEGATE, REGION, "2026-11-21")]


def test_times_are_those_of_utc(pool: Executor) -> None:
    elsewhere = datetime.fromisoformat("2026-11-22T01:05:00+02:00")

    rolled = rollup(InMemoryAssessments(), pool, elsewhere)

    assert rolled.recent_days == ("2026-11-20", "2026-11-21")
