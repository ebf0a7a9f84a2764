"""Days that are known by their totals alone read their hours and figures when somebody asks for them."""

from collections.abc import Mapping

from ses_reputation.rollup.day_balance import PackedDay
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.known_days import DistantDay
from tests.support.mail import SENDER, days_of, mail

(STORED,) = days_of([mail("2026-08-01T09", 100, 1)])
IDENTITY = SENDER.identity


def distant(detail: Mapping[str, PackedDay]) -> tuple[DistantDay, list[AccountDay]]:
    """A day of the summer, and what is asked for of it."""
    asked: list[AccountDay] = []

    def read_detail(account_day: AccountDay) -> Mapping[str, PackedDay]:
        asked.append(account_day)
        return detail

    return DistantDay(SENDER, STORED.day, STORED.packed_totals, read_detail), asked


def test_totals_are_known_and_the_rest_is_read_when_it_is_asked_for() -> None:
    day, asked = distant({IDENTITY: STORED})

    assert day.totals == STORED.totals
    assert asked == []
    assert (day.hours, day.figures) == (STORED.hours, STORED.figures)
    assert asked == [AccountDay(SENDER.account, SENDER.region, "2026-08-01")] * 2


def test_a_day_that_is_gone_meanwhile_has_no_hours_and_no_figures() -> None:
    """Its totals were read before: the table lets go of days after a year."""
    day, _ = distant({"example.org": STORED})

    assert day.hours == {}
    assert not day.figures.counts
