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


def test_the_delayed_are_of_the_sends_that_are_reported_and_the_rest_of_all_mail() -> None:
    """SES reported 20 sends, of which 5 are delayed; 30 more deliveries are known from the owner's feed."""
    outcomes = {"sent": 20, "delayed_general": 5, "delivered_within_10s": 15 + 30}
    followed = {"delayed_still_open": 5, "sent_without_outcome": 5, "outcome_without_send": 30}
    owners = mail_by_outcome(1, {"delivered_within_10s": 7}, {"outcome_without_send": 7}, provider="yahoo")

    gmail, yahoo = view_provider_lines(
        [mail_by_outcome(1, outcomes, followed, provider="gmail"), owners], [], {}, NOW
    )

    assert (gmail.sends, gmail.delivered, gmail.waiting, gmail.bounced) == (50, 45, 5, 0)
    assert (gmail.delayed, gmail.delayed_of, gmail.delayed_share) == (5, 20, 0.25)
    assert (yahoo.sends, yahoo.delayed, yahoo.delayed_of, yahoo.delayed_share) == (7, 0, 0, None)
