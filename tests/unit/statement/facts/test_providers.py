"""How providers took the mail of a day."""

from ses_reputation.statement.facts.providers import view_provider_lines
from tests.support.mail import NOW, delayed_mail, mail_by_outcome, usual_week


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


def test_each_mail_ends_once_and_no_more_ends_than_are_known() -> None:
    """Of 90 sends 80 were delivered, of which 5 bounced later, 12 bounced at once, and 6 are on their way."""
    outcomes = {"sent": 90, "delivered_within_10s": 80, "bounced_permanent_general": 17}
    followed = {"delivered_then_bounced": 5, "sent_without_outcome": 6}

    (line,) = view_provider_lines([mail_by_outcome(1, outcomes, followed, provider="gmail")], [], {}, NOW)

    assert (line.delivered, line.bounced, line.waiting) == (75, 17, 6)
    assert line.sends == 75 + 17 + 6
