"""A count of an entity's mail runs back in time, by the day and at last by the hour."""

import pytest

from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.history import History, count_all, find_crossing
from ses_reputation.rollup.rate_counts import RateCounts
from tests.support.mail import ENTITY, NOW, days_of, history_of, hour_ago, mail


def sends(figures: RateCounts) -> int:
    return figures.sends


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


def test_all_mail_up_to_the_current_hour_is_counted() -> None:
    history = history_of([mail(-1, 1), mail(0, 2), mail(1, 4), mail(30, 8), mail(800, 16)])

    assert count_all(history, sends) == 2 + 4 + 8 + 16


def test_closed_days_are_history_like_others() -> None:
    days = days_of([mail(0, 9, 1), mail(1, 9), mail(60, 9, 2), mail(61, 9, 3), mail(90, 9)])
    recent, older = (
        [day for day in days if (day.day > "2026-11-20") is is_recent] for is_recent in (True, False)
    )

    whole, divided = History(ENTITY, days, NOW), History(ENTITY, recent, NOW, ClosedDays(older))

    assert list(divided.totals.items()) == list(whole.totals.items())
    for goal in range(1, 7):
        crossings = [
            find_crossing(each, "", lambda figures: figures.hard_bounces, goal) for each in (whole, divided)
        ]
        assert crossings[0] == crossings[1] != None  # noqa: E711
