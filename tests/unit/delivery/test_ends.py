"""What became of mail by provider, counted by hand."""

from ses_reputation.delivery.ends import MailEnds, count_bounced, ends_by_provider
from ses_reputation.ledger.balance import BalanceCounts
from tests.support.mail import mail_by_outcome


def test_each_mail_ends_once() -> None:
    """Of 90 sends 80 were delivered, of which 5 bounced later, 4 bounced at once, and 6 are on their way."""
    outcomes = {
        "sent": 90,
        "delivered_within_10s": 70,
        "delivered_later": 10,
        "bounced_permanent_general": 2,
        "bounced_transient_general": 7,
        "complained_abuse": 1,
    }
    followed = {"delivered_then_bounced": 5, "sent_without_outcome": 6}
    hour = mail_by_outcome(1, outcomes, followed, provider="gmail")

    assert ends_by_provider([hour.figures]) == {"gmail": MailEnds(delivered=75, bounced=9, waiting=6)}


def test_what_a_suppression_list_stopped_did_not_bounce_at_a_provider() -> None:
    assert (
        count_bounced({"bounced_permanent_on_account_suppression_list": 3, "bounced_permanent_general": 2})
        == 2
    )


def test_configuration_sets_are_added_without_the_simulator_and_own_domains() -> None:
    figures = BalanceCounts(
        counts={
            "newsletter": {"gmail": {"delivered_within_10s": 3}, "simulator": {"delivered_within_10s": 9}},
            "receipts": {"gmail": {"delivered_within_1h": 4}, "own_domains": {"delivered_within_1h": 9}},
        },
        followed={"newsletter": {"gmail": {"sent_without_outcome": 2}}},
    )

    assert ends_by_provider([figures]) == {"gmail": MailEnds(delivered=7, waiting=2)}
