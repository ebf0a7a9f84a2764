"""Every outcome is shown as exactly one kind."""

from console.reports.outcome_columns import OutcomeKind, count_kinds, kind_of
from ses_reputation.feedback.outcomes import COMPLAINED, Outcome
from ses_reputation.ledger.hour_balance import gather_hours
from tests.support.balances import posted_balance


def outcomes_of(kind: OutcomeKind) -> set[str]:
    return {outcome.wire_name for outcome in Outcome if kind_of(outcome) is kind}


def test_hard_bounces_are_those_of_the_bounce_rate_of_ses() -> None:
    assert outcomes_of(OutcomeKind.HARD_BOUNCES) == {
        "bounced_permanent_general",
        "bounced_permanent_no_email",
        "bounced_permanent_suppressed",
        "bounced_permanent_other",
    }


def test_what_a_list_stopped_is_suppressed_whichever_way_it_was_reported() -> None:
    assert outcomes_of(OutcomeKind.SUPPRESSED) == {
        "bounced_permanent_on_account_suppression_list",
        "bounced_permanent_on_tenant_suppression_list",
        "bounced_permanent_email_validation_suppressed",
        "bounced_permanent_unsubscribed_recipient",
        "complaint_suppressed_on_account_list",
        "complaint_suppressed_on_tenant_list",
        "complaint_suppressed_other",
    }


def test_reports_of_not_spam_and_suspects_are_no_complaints() -> None:
    assert outcomes_of(OutcomeKind.OTHER_REPORTS) == {"complained_not_spam", "complaint_suspected"}
    assert len(outcomes_of(OutcomeKind.COMPLAINTS)) == len(COMPLAINED) - 1


def test_no_outcome_is_left_out_or_counted_under_two_kinds() -> None:
    counts = {"news": {"gmail": {outcome.wire_name: 1 for outcome in Outcome}}}

    kinds = count_kinds(gather_hours([posted_balance(counts=counts)]))

    assert kinds.total() == len(Outcome)
    assert set(kinds) == set(OutcomeKind)
