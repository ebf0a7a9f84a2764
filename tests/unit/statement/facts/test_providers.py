"""How providers took the mail of a day, and how sets warm up."""

from ses_reputation.statement.facts.providers import view_provider_lines, view_warm_up_rows
from tests.support.mail import NOW, days_of, delayed_mail, mail, mail_by_outcome, usual_week


def test_a_provider_has_its_day_beside_what_is_usual() -> None:
    hours = [
        delayed_mail(1, 100, 40),
        mail_by_outcome(
            2, {"sent": 50, "delivered_within_10s": 40, "bounced_permanent_general": 6}, provider="gmail"
        ),
        # A day ago to the hour: no part of the last 24.
        delayed_mail(24, 1_000, 0),
    ]

    microsoft, gmail = view_provider_lines(hours, usual_week(100, 2), {}, NOW)

    assert (microsoft.provider, microsoft.sends, microsoft.delivered, microsoft.delayed) == (
        "microsoft",
        100,
        60,
        40,
    )
    assert (microsoft.delayed_share, microsoft.usual_sends, microsoft.usual_delayed_share) == (0.4, 700, 0.02)
    assert (gmail.sends, gmail.delivered, gmail.bounced, gmail.usual_delayed_share) == (50, 40, 6, None)
    assert (microsoft.within_50, gmail.within_95) == ("within 10 s", "within 10 s")


def test_a_set_warms_up_by_provider_over_two_weeks() -> None:
    days = days_of(
        [
            *(mail(f"2026-11-{day}T10", 100 + day, 2, provider="gmail") for day in (20, 21)),
            mail("2026-11-08T10", 999, 0, provider="gmail"),
        ]
    )

    (row,) = view_warm_up_rows(days, NOW)

    assert (row.configuration_set, row.provider_title) == ("newsletter", "Gmail")
    assert (row.days[0], row.days[-1]) == ("2026-11-09", "2026-11-22")
    assert row.sends[-3:] == (120, 121, 0)
    assert row.bounced[-3:] == (2, 2, 0)
    assert sum(row.sends) == 241
