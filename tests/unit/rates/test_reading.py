"""Day balances are read as far back as an entity needs, no further, and once by one container."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.reading import Histories, HistoryMemory, read_histories
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rates.windows import volume_window
from ses_reputation.rollup.day_balance import AccountDayBalance, day_balances_of
from ses_reputation.rollup.day_store import DayWrite
from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    entities_of,
    identity_entity,
)
from ses_reputation.rollup.rolling_up import ReadDay, RollupProgress
from tests.support.in_memory.assessment_table import FaultyCalls, InMemoryAssessments
from tests.support.mail import NOW, REGION, SENDER, account_day_of, account_days_of, balance_of, days_of, mail
from tests.support.notifications import DELEGATE, OWNER

OWNERS = SenderIdentity(OWNER, REGION, "example.com")
APART = SenderIdentity(OWNER, REGION, "example.org")
ACCOUNT = account_entity(DELEGATE, REGION)
YESTERDAY = "2026-11-21"
RECENT, SLOWER, SLOWEST = (
    ("2026-10-22", "2026-11-20"),
    ("2026-07-23", "2026-10-21"),
    ("2025-11-22", "2026-07-22"),
)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


class RecordingTable(InMemoryAssessments):
    """Remembers which days of which account were asked for, whole or their totals."""

    def __init__(self, *hours: HourBalance) -> None:
        super().__init__()
        for balance in account_days_of(hour for hour in hours if hour.sender_hour.send_hour < YESTERDAY):
            self.write_day(balance)
        self.whole: list[tuple[str, str, str]] = []
        self.totals: list[tuple[str, str, str]] = []

    def read_days(self, account: str, region: str, first_day: str, last_day: str) -> list[AccountDayBalance]:
        self.whole.append((account, first_day, last_day))
        return super().read_days(account, region, first_day, last_day)

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> list[AccountDayBalance]:
        self.totals.append((account, first_day, last_day))
        return super().read_totals(account, region, first_day, last_day)


def daily(sender: SenderIdentity, sends: int, days_back: int = 400) -> list[HourBalance]:
    """As many sends on each day, at nine o'clock."""
    days = (f"{NOW - timedelta(days=days):%Y-%m-%d}" for days in range(days_back))
    return [mail(f"{day}T09", sends, sender=sender) for day in days]


def rolled_up(hours: Iterable[HourBalance]) -> RollupProgress:
    """A rollup that has read today and yesterday of all mail."""
    hours = list(hours)
    recent = [hour for hour in hours if hour.sender_hour.send_hour >= YESTERDAY]
    senders = {SenderIdentity(*hour.sender_hour[:3]) for hour in hours}
    progress = RollupProgress(NOW, YESTERDAY, senders)
    for account_day in {account_day_of(hour) for hour in recent}:
        own = [hour for hour in recent if account_day_of(hour) == account_day]
        progress.recent[account_day] = ReadDay(own, day_balances_of(own), 1)
    return progress


def read(
    table: RecordingTable,
    hours: Iterable[HourBalance],
    pool: Executor,
    memory: HistoryMemory | None = None,
    volume: int = 10_000,
    account_volume: int = 10_000,
) -> Histories:
    rules = StandingRules(volume=volume, account_volumes={DELEGATE: account_volume})
    rollup = rolled_up(hours)
    entities = entities_of(rollup.senders)
    return read_histories(table, memory or HistoryMemory(), entities, rollup, rules, pool)


def days_in(histories: Histories, entity: ReputationEntity) -> list[str]:
    history = histories.of[entity]
    return sorted(day.day for day in (*history.days, *history.closed.days))


def test_an_entity_with_its_volume_in_a_month_reads_a_month(pool: Executor) -> None:
    hours = daily(SENDER, 400)
    table = RecordingTable(*hours)

    histories = read(table, hours, pool)

    # Of the last two days the hours are read; 31 days and an hour lie in 32.
    assert (table.whole, table.totals) == ([(DELEGATE, *RECENT)], [])
    assert days_in(histories, ACCOUNT) == sorted(day.day for day in days_of(hours))[-32:]


def test_an_account_with_a_bigger_window_of_its_own_is_read_further_back_and_its_identity_is_not(
    pool: Executor,
) -> None:
    hours = daily(SENDER, 400)
    table = RecordingTable(*hours)

    # 32 x 400 = 12,800 sends in 32 days, 123 x 400 = 49,200 in 123.
    histories = read(table, hours, pool, account_volume=20_000)

    assert table.totals == [(DELEGATE, *SLOWER)]
    assert len(days_in(histories, ACCOUNT)) == 123
    assert len(days_in(histories, identity_entity("example.com"))) == 32


@pytest.mark.parametrize(
    ("sends", "asked"),
    [
        (312, 2),  # 32 x 312 = 9,984 sends in 32 days
        (313, 1),  # 32 x 313 = 10,016
        (81, 3),  # 123 x 81 = 9,963 sends in 123 days
        (82, 2),  # 123 x 82 = 10,086
    ],
)
def test_of_a_slow_sender_totals_are_read_further_back(sends: int, asked: int, pool: Executor) -> None:
    hours = daily(SENDER, sends)
    table = RecordingTable(*hours)

    histories = read(table, hours, pool)

    assert table.whole == [(DELEGATE, *RECENT)]
    assert table.totals == [(DELEGATE, *SLOWER), (DELEGATE, *SLOWEST)][: asked - 1]
    assert len(days_in(histories, ACCOUNT)) == (32, 123, 366)[asked - 1]


def test_what_is_read_in_steps_gives_the_window_of_the_whole(pool: Executor) -> None:
    hours = daily(SENDER, 81)
    table = RecordingTable(*hours)
    histories = read(table, hours, pool)

    stepwise = volume_window(histories.of[ACCOUNT], StandingRules(), Measure.BOUNCES)
    whole = volume_window(History(ACCOUNT, days_of(hours), NOW), StandingRules(), Measure.BOUNCES)

    assert stepwise == whole
    assert stepwise.is_full
    # The window begins within a day of which only totals were known.
    assert len(table.whole) == 2


def test_each_entity_is_read_as_far_as_it_needs(pool: Executor) -> None:
    # The identity has its volume through its delegate; the owner's account, with both identities, has not.
    hours = [*daily(SENDER, 400), *daily(OWNERS, 10), *daily(APART, 10)]

    histories = read(RecordingTable(*hours), hours, pool)

    assert len(days_in(histories, ACCOUNT)) == 32
    assert len(days_in(histories, identity_entity("example.com"))) == 2 * 32
    assert len(days_in(histories, identity_entity("example.org"))) == 366
    assert len(days_in(histories, account_entity(OWNER, REGION))) == 2 * 366


def test_mail_of_later_hours_makes_no_volume(pool: Executor) -> None:
    later = [mail("2026-11-22T11", 20_000)]
    table = RecordingTable(*later)

    read(table, later, pool)

    assert len(table.totals) == 2


def test_what_was_read_is_not_read_again(pool: Executor) -> None:
    hours, memory = [*daily(SENDER, 81), *daily(OWNERS, 400)], HistoryMemory()
    table = RecordingTable(*hours)
    first = read(table, hours, pool, memory)
    volume_window(first.of[ACCOUNT], StandingRules(), Measure.BOUNCES)
    asked = (list(table.whole), list(table.totals))
    memory.begin_assessment()

    again = read(table, hours, pool, memory)

    assert volume_window(again.of[ACCOUNT], StandingRules(), Measure.BOUNCES) == volume_window(
        first.of[ACCOUNT], StandingRules(), Measure.BOUNCES
    )
    assert (table.whole, table.totals) == asked
    assert again.of[ACCOUNT].closed is first.of[ACCOUNT].closed


def test_a_day_that_changed_is_another_history_of_its_entities_only(pool: Executor) -> None:
    hours, memory = [*daily(SENDER, 400), *daily(OWNERS, 400), *daily(APART, 400)], HistoryMemory()
    table = RecordingTable(*hours)
    first = read(table, hours, pool, memory)
    late = [mail("2026-11-01T09", 400, sender=APART), mail("2026-11-01T09", 400, complaints=1, sender=OWNERS)]
    (changed,) = account_days_of(late)
    memory.known.learn(changed, DayWrite.WRITTEN)

    again = read(table, hours, pool, memory)

    kept = {entity for entity, history in again.of.items() if history.closed is first.of[entity].closed}
    assert kept == {ACCOUNT, identity_entity("example.org")}
    changed_day = [day for day in again.of[account_entity(OWNER, REGION)].closed.days if day in changed.days]
    assert len(changed_day) == 2


def test_a_memory_that_is_too_full_is_emptied(pool: Executor) -> None:
    hours, memory = daily(SENDER, 400), HistoryMemory(most_bytes=1_000)
    table = RecordingTable(*hours)
    read(table, hours, pool, memory)
    assert memory.known.size > 1_000
    memory.begin_assessment()
    assert memory.known.size == 0

    histories = read(table, hours, pool, memory)

    assert table.whole == [(DELEGATE, *RECENT)] * 2
    assert len(days_in(histories, ACCOUNT)) == 32


def test_an_account_that_cannot_be_read_is_named_and_not_asked_again(pool: Executor) -> None:
    hours = [*daily(SENDER, 10), *daily(OWNERS, 10)]
    table = RecordingTable(*hours)
    rollup = rolled_up(hours)
    faulty = FaultyCalls(1, "unavailable").before(table)

    histories = read_histories(
        faulty, HistoryMemory(), entities_of(rollup.senders), rollup, StandingRules(), pool
    )

    assert histories.failed == {(OWNER, REGION): "ThrottlingException"}
    assert {asked[0] for asked in (*table.whole, *table.totals)} == {DELEGATE}
    assert len(days_in(histories, ACCOUNT)) == 366


def test_a_day_that_was_half_written_is_written_anew_and_read(pool: Executor) -> None:
    hours = daily(SENDER, 400, days_back=40)
    table = RecordingTable(*hours)
    for hour in hours:
        table.post(balance_of(hour, NOW))
    # Its writer was cut off: a piece is newer than its head.
    (other,) = account_days_of([mail("2026-11-10T09", 77)])
    head = table.rows["DAY#444455556666#us-east-1", "2026-11-10"]
    table.write_day(other)
    table.put(head)

    histories = read(table, hours, pool)

    assert histories.failed == {}
    assert days_in(histories, ACCOUNT) == sorted(day.day for day in days_of(hours))[-32:]
    table.read_days(DELEGATE, REGION, "2026-11-10", "2026-11-10")
