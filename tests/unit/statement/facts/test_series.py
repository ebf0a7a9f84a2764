"""Mail over time: which days and hours a curve has, and what stands for each."""

from ses_reputation.rollup.rate_counts import NO_COUNTS, RateCounts
from ses_reputation.statement.facts.series import latest_days, view_days, view_hours, view_sparkline
from tests.support.mail import NOW, days_of, mail

SENT = RateCounts(sends=100, hard_bounces=4, complaints=1, fbl_sends=50, fbl_complaints=1, sent=100)


def test_a_curve_begins_with_the_first_day_of_which_mail_is_known() -> None:
    """A day that was read, and of which only bounces are known, is not the first day of mail."""
    totals = {
        "2026-11-15": NO_COUNTS,
        "2026-11-16": RateCounts(hard_bounces=3),
        "2026-11-18": SENT,
        "2026-11-20": RateCounts(sent=30),
    }

    series = view_days(totals, NOW)

    assert series.periods == ("2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22")
    assert series.sends == (100, 0, 0, 0, 0)
    assert series.bounces.events == (4, 0, 0, 0, 0)
    # 4 of all 100; 1 of the 50 that went to providers which report complaints.
    assert (series.bounces.values[0], series.complaints.values[0]) == (0.04, 0.02)
    assert set(series.bounces.values[1:]) == {None}


def test_a_curve_has_ninety_days_and_no_older_ones() -> None:
    series = view_days({"2026-08-24": SENT, "2026-08-25": SENT}, NOW)

    # 25 August to 22 November: 7 + 30 + 31 + 22 days.
    assert (series.periods[0], series.periods[-1], len(series.periods)) == ("2026-08-25", "2026-11-22", 90)
    assert sum(series.sends) == 100


def test_without_any_mail_the_curve_has_all_days() -> None:
    assert len(view_days({}, NOW).periods) == 90


def test_the_hours_are_the_last_48_oldest_first_and_days_of_before_are_not_unpacked() -> None:
    hours = ("2026-11-20T10", "2026-11-20T11", "2026-11-22T10")
    days = days_of(mail(hour, sends, 1) for sends, hour in enumerate(hours, start=10))

    series = view_hours(days, NOW)

    assert (series.periods[0], series.periods[-1], len(series.periods)) == (
        "2026-11-20T11",
        "2026-11-22T10",
        48,
    )
    assert (series.sends[0], series.sends[-1], sum(series.sends)) == (11, 12, 23)


def test_a_sparkline_has_thirty_days() -> None:
    sparkline = view_sparkline({"2026-10-23": SENT, "2026-10-24": SENT, "2026-11-22": SENT}, NOW)

    assert (sparkline.days[0], len(sparkline.days)) == ("2026-10-24", 30)
    assert (sum(sparkline.sends), sum(sparkline.hard_bounces), sum(sparkline.complaints)) == (200, 8, 2)


def test_the_latest_days_end_with_today() -> None:
    assert latest_days(NOW, 3) == ["2026-11-20", "2026-11-21", "2026-11-22"]
