"""Day balances are read as far back as an entity needs, and no further."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta

import pytest

from ses_reputation.rates.history import Histories, History, find_crossing, gather, read_histories
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rates.windows import volume_window
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import SenderIdentity, account_entity, entities_of, identity_entity
from tests.support.in_memory.assessment_table import FaultyCalls, InMemoryAssessments
from tests.support.mail import (
    NOW,
    REGION,
    SENDER,
    days_of,
    history_of,
    hour_ago,
    mail,
)
from tests.support.notifications import DELEGATE, OWNER

OWNERS = SenderIdentity(OWNER, REGION, "example.com")
APART = SenderIdentity(OWNER, REGION, "example.org")
ACCOUNT = account_entity(DELEGATE, REGION)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


class RecordingTable(InMemoryAssessments):
    """Remembers which days of which sender were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[SenderIdentity, str, str]] = []

    def read_days(self, sender: SenderIdentity, first_day: str, last_day: str) -> list[DayBalance]:
        self.asked.append((sender, first_day, last_day))
        return super().read_days(sender, first_day, last_day)


def daily(sender: SenderIdentity, sends: int, days_back: int = 400) -> list[DayBalance]:
    """As many sends on each day, at nine o'clock."""
    return days_of(
        mail(f"{NOW - timedelta(days=days):%Y-%m-%d}T09", sends, sender=sender) for days in range(days_back)
    )


def keep(*days: DayBalance) -> RecordingTable:
    table = RecordingTable()
    for day in days:
        table.write_day(day)
    table.asked.clear()
    return table


def read(table: RecordingTable, pool: Executor, *senders: SenderIdentity, volume: int = 10_000) -> Histories:
    recent = [day for sender in senders for day in table.read_days(sender, "2026-11-21", "2026-11-22")]
    table.asked.clear()
    return read_histories(table, entities_of(senders), recent, NOW, StandingRules(volume=volume), pool)


def test_an_entity_with_its_volume_in_a_month_reads_a_month(pool: Executor) -> None:
    days = daily(SENDER, 400)
    table = keep(*days)

    histories = read(table, pool, SENDER)

    # Of the last two days the hours are read; 31 days and an hour lie in 32.
    assert table.asked == [(SENDER, "2026-10-22", "2026-11-20")]
    assert sorted(histories.days[SENDER], key=lambda day: day.day) == days[-32:]


@pytest.mark.parametrize(
    ("sends", "asked"),
    [
        (312, 2),  # 32 x 312 = 9,984 sends in 32 days
        (313, 1),  # 32 x 313 = 10,016
        (81, 3),  # 123 x 81 = 9,963 sends in 123 days
        (82, 2),  # 123 x 82 = 10,086
    ],
)
def test_a_slow_sender_is_read_further_back(sends: int, asked: int, pool: Executor) -> None:
    periods = [
        (SENDER, "2026-10-22", "2026-11-20"),
        (SENDER, "2026-07-23", "2026-10-21"),
        (SENDER, "2025-11-22", "2026-07-22"),
    ]
    table = keep(*daily(SENDER, sends))

    histories = read(table, pool, SENDER)

    assert table.asked == periods[:asked]
    assert len(histories.days[SENDER]) == (32, 123, 366)[asked - 1]


def test_what_is_read_in_steps_gives_the_window_of_the_whole(pool: Executor) -> None:
    days = daily(SENDER, 81)
    histories = read(keep(*days), pool, SENDER)

    stepwise = volume_window(History(ACCOUNT, histories.days[SENDER], NOW), StandingRules())
    whole = volume_window(History(ACCOUNT, days, NOW), StandingRules())

    assert (stepwise.first_hour, stepwise.table, stepwise.newer) == (
        whole.first_hour,
        whole.table,
        whole.newer,
    )
    assert stepwise.is_full


def test_a_sender_is_read_as_far_as_any_of_its_entities_needs(pool: Executor) -> None:
    # The identity has its volume through its delegate; the owner's account, with both identities, has not.
    table = keep(*daily(SENDER, 400), *daily(OWNERS, 10), *daily(APART, 10))

    histories = read(table, pool, SENDER, OWNERS, APART)

    assert [asked[0] for asked in table.asked] == [OWNERS, APART, SENDER, OWNERS, APART, OWNERS, APART]
    assert len(gather(histories.days, [SENDER])) == 32
    assert len(gather(histories.days, [OWNERS, APART])) == 2 * 366


def test_mail_of_later_hours_makes_no_volume(pool: Executor) -> None:
    later = days_of([mail("2026-11-22T11", 20_000)])
    table = keep(*later)

    read(table, pool, SENDER)

    assert len(table.asked) == 3


def test_a_sender_that_cannot_be_read_is_named_and_not_asked_again(pool: Executor) -> None:
    table = keep(*daily(SENDER, 10), *daily(OWNERS, 10))
    entities = {identity_entity("example.com"): [OWNERS, SENDER]}
    faulty = FaultyCalls(1, "unavailable").before(table)

    histories = read_histories(faulty, entities, [], NOW, StandingRules(), pool)

    assert histories.failed == {OWNERS: "ThrottlingException"}
    assert [asked[0] for asked in table.asked] == [SENDER] * 3
    assert len(histories.days[SENDER]) == 364


# Hard bounces, latest hour first: 1, 0, 2, 3.
@pytest.mark.parametrize(
    ("goal", "hour", "newer", "reached"),
    [(1, 0, 0, 1), (2, 30, 1, 3), (3, 30, 1, 3), (4, 31, 3, 6), (6, 31, 3, 6)],
)
def test_a_count_runs_back_to_the_hour_that_reaches_a_goal(
    goal: int, hour: int, newer: int, reached: int
) -> None:
    history = history_of([mail(0, 9, 1), mail(1, 9), mail(30, 9, 2), mail(31, 9, 3)])

    crossing = find_crossing(history, hour_ago(1_000), lambda figures: figures.hard_bounces, goal)

    assert crossing is not None
    assert crossing.hour == hour_ago(hour)
    assert (crossing.newer.hard_bounces, crossing.reached.hard_bounces) == (newer, reached)


@pytest.mark.parametrize(("since", "goal"), [(1_000, 7), (30, 4), (29, 2)])
def test_a_goal_that_is_not_reached_since_an_hour_is_none(since: int, goal: int) -> None:
    history = history_of([mail(0, 9, 1), mail(1, 9), mail(30, 9, 2), mail(31, 9, 3)])

    assert find_crossing(history, hour_ago(since), lambda figures: figures.hard_bounces, goal) is None
