"""The simulation behind docs/adr/0021 finds what it looks for."""

from benchmarks.ses_counts import Sending, measure


def test_healthy_campaigns_alarm_nobody_though_their_share_of_a_day_is_off() -> None:
    found = measure(Sending.DAILY, accounts=1)

    # Twelve days, hourly.
    assert (found.comparisons, found.by_detector, found.by_share) == (288, 0, 1)


def test_accounts_that_lose_much_are_found() -> None:
    found = measure(Sending.HOURLY_JOBS, accounts=1, most_lost=0.9)

    assert (found.by_detector, found.by_share) == (1, 1)
