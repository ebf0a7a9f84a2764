"""Senders of many habits go on as ever and are no finding; those that stop are, within the stated hours."""

import pytest

from benchmarks.simulation.stopped_mail import Habit, false_findings, hours_until_told

_SEED = 12


@pytest.mark.parametrize("habit", [each for each in Habit if each is not Habit.IN_BURSTS])
def test_a_sender_that_goes_on_as_ever_is_no_finding_in_three_months(habit: Habit) -> None:
    assert false_findings(habit, 200, days=90, seed=_SEED) == 0


def test_a_sender_that_leaves_out_whole_weeks_by_chance_is_about_one_a_year() -> None:
    """A month of daily mail before a week without any is what a stop looks like, too."""
    assert false_findings(Habit.IN_BURSTS, 200, days=365, seed=_SEED) <= 2


@pytest.mark.parametrize(
    ("habit", "hours"),
    # Three days, of weekdays three or four with a weekend between; around the clock half a day.
    [(Habit.STEADY, 13), (Habit.DAYTIME, 76), (Habit.DAILY, 76), (Habit.WEEKDAYS, 148)],
)
def test_a_stop_is_told_within_the_stated_hours(habit: Habit, hours: float) -> None:
    after = [hours_until_told(habit, 200, seed) for seed in range(4)]

    assert all(each is not None and each <= hours for each in after)
