"""Two never forget at once; who was cut off does not hold up the next for long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.forgetting.lock import ForgettingHeldError, ForgettingLock
from ses_reputation.forgetting.lock_store import LockTable
from tests.support.aws_table import serve_table

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Clock:
    """A time that a test moves on."""

    at = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[LockTable]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with serve_table() as client:
        yield LockTable(client, "ledger")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_second_one_is_refused_and_told_who_and_since_when(table: LockTable, clock: Clock) -> None:
    with ForgettingLock(table, "user ada", clock):
        clock.pass_by(minutes=5)
        with (
            pytest.raises(ForgettingHeldError, match=r"user ada is forgetting .* since 2026-11-27T12:00:00"),
            ForgettingLock(table, "user ben", clock),
        ):
            pytest.fail("both have it")


def test_whoever_ended_lets_the_next_one_in_also_by_a_failure(table: LockTable, clock: Clock) -> None:
    with pytest.raises(KeyboardInterrupt), ForgettingLock(table, "user ada", clock):
        raise KeyboardInterrupt
    with ForgettingLock(table, "user ben", clock):
        pass


def test_who_works_for_long_keeps_it(table: LockTable, clock: Clock) -> None:
    with ForgettingLock(table, "user ada", clock) as held:
        for _ in range(10):
            clock.pass_by(minutes=30)
            held.renew()
        with pytest.raises(ForgettingHeldError, match="user ada"), ForgettingLock(table, "user ben", clock):
            pytest.fail("both have it")


def test_who_was_cut_off_is_followed_after_an_hour_and_stops_if_it_wakes(
    table: LockTable, clock: Clock
) -> None:
    with ForgettingLock(table, "user ada", clock) as held:
        clock.pass_by(minutes=60, seconds=1)
        with ForgettingLock(table, "user ben", clock):
            with pytest.raises(ForgettingHeldError, match="user ben"):
                held.renew()
            # What ends late lets go of nobody else's.
            table.release(held.holder)
            with pytest.raises(ForgettingHeldError), ForgettingLock(table, "user clo", clock):
                pytest.fail("two have it")


def test_it_is_renewed_once_a_minute_however_often_that_is_asked(table: LockTable, clock: Clock) -> None:
    with ForgettingLock(table, "user ada", clock) as held:
        clock.pass_by(seconds=59)
        held.renew()
        assert held.renewed_at == NOON
        clock.pass_by(seconds=1)
        held.renew()
        assert held.renewed_at == NOON + timedelta(minutes=1)
