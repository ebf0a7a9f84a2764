"""Periods of the last 30 days, and no older."""

from datetime import timedelta

from ses_reputation.findings.feed_coverage.reported import feed_periods
from tests.support.mail import Reported, at, read_at, reported_mail

NOW = at("22 10:05")


def test_the_30th_day_before_today_is_the_first() -> None:
    days = [f"{NOW - timedelta(days=back):%Y-%m-%d}" for back in (31, 30, 29, 2)]
    hours, balances = read_at(NOW, [reported_mail(f"{day}T09", Reported(10, bounced=1)) for day in days])

    periods = feed_periods(hours, balances, NOW)

    assert [each.period for each in periods] == ["2026-11-20", "2026-10-24", "2026-10-23"]
