"""Delays that are uneven by themselves open hardly a finding, at any volume; a true deferral does, soon."""

import pytest

from benchmarks.simulation.deferrals import (
    Pattern,
    Sender,
    Unevenness,
    false_findings,
    hours_until_found,
)

_SEED = 12


@pytest.mark.parametrize("volume", [200, 10_000, 50_000])
def test_uneven_delays_of_a_healthy_sender_open_hardly_a_finding(volume: int) -> None:
    """1 % on average, give or take 1.4 % by the hour: the rule before found 16 of them at 10,000 a day."""
    assert false_findings(Sender(volume), days=100, seed=_SEED) <= 1


def test_campaigns_of_an_hour_a_day_are_evaluated_as_the_hour_that_they_are() -> None:
    """A day's mail in one hour: its share varies as that of an hour, not as that of a day."""
    campaign = Sender(10_000, Unevenness.BY_HOUR, Pattern.CAMPAIGN)

    assert false_findings(campaign, days=60, seed=_SEED) == 0


@pytest.mark.parametrize(("volume", "hours"), [(10_000, 2.2), (200, 12)])
def test_half_of_all_mail_deferred_is_found_within_the_stated_hours(volume: int, hours: float) -> None:
    found = [hours_until_found(Sender(volume), 0.5, seed) for seed in range(5)]

    assert all(each is not None and 0 < each <= hours for each in found)
