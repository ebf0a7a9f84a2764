"""What is computed of days that do not change is computed once."""

from collections.abc import Sequence

from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rollup.day_balance import DayBalance
from tests.support.mail import days_of, mail

DAYS = days_of([mail("2026-11-01T09", 10), mail("2026-11-02T09", 20)])


class Counting:
    """Counts days of a length of name, and how often it was asked to."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, days: Sequence[DayBalance], length: int = 10) -> int:
        self.calls += 1
        return sum(len(day.day) == length for day in days)


def test_a_result_is_computed_once_for_each_argument() -> None:
    count, closed = Counting(), ClosedDays(DAYS)

    assert [closed.once(count), closed.once(count)] == [2, 2]
    assert [closed.once(count, 9), closed.once(count, length=9), closed.once(count, 9)] == [0, 0, 0]
    assert count.calls == 3


def test_what_was_not_asked_for_since_the_last_time_is_let_go() -> None:
    count, closed = Counting(), ClosedDays(DAYS)
    closed.once(count)
    closed.begin_again()
    closed.once(count)
    closed.begin_again()
    closed.once(count)
    assert count.calls == 1

    closed.begin_again()
    closed.begin_again()

    closed.once(count)
    assert count.calls == 2
