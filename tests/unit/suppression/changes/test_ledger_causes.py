"""Which of a recipient's entries put it on a list."""

import pytest

from ses_reputation.suppression.changes.cause import CauseEvidence, CauseKind, ChangeCause, describe_cause
from ses_reputation.suppression.changes.ledger_causes import adds, cause_of_message, find_cause
from ses_reputation.suppression.targets import Target
from tests.support.suppression_entries import entry

LIST = Target("222222222222", "eu-west-1")
ADDED_AT = "2026-11-27T07:00:00Z"
BOUNCED = ChangeCause(
    CauseKind.BOUNCE,
    CauseEvidence.TIME,
    occurred_at="2026-11-27T06:59:58.250000+00:00",
    message_id="message-1",
    feedback_id="feedback-1",
    outcome="bounced_permanent_no_email",
    sending_account="222222222222",
    owner_account="111111111111",
    identity="orchard.example",
    configuration_set="courier-news",
)


def test_a_hard_bounce_of_the_lists_account_just_before_explains_an_addition() -> None:
    assert find_cause([entry()], LIST, "BOUNCE", ADDED_AT) == (BOUNCED, True)
    assert describe_cause(BOUNCED) == (
        "bounce of message message-1, sent by delegate 222222222222 as orchard.example, configuration set "
        "courier-news"
    )


@pytest.mark.parametrize(
    "differences",
    [
        {"sending_account": "333333333333"},
        {"region": "us-east-1"},
        {"outcome": "bounced_transient_mailbox_full"},
        {"outcome": "bounced_permanent_on_account_suppression_list"},
        {"outcome": "complained_abuse"},
        {"occurred_at": "2026-11-26T06:59:59+00:00"},
        {"occurred_at": "2026-11-27T07:05:01+00:00"},
    ],
)
def test_other_accounts_other_outcomes_and_other_times_explain_nothing(differences: dict[str, str]) -> None:
    assert find_cause([entry(**differences)], LIST, "BOUNCE", ADDED_AT) == (None, False)


@pytest.mark.parametrize("occurred_at", ["2026-11-26T07:00:00+00:00", "2026-11-27T07:05:00+00:00"])
def test_a_day_before_and_five_minutes_after_still_fit(occurred_at: str) -> None:
    cause, _ = find_cause([entry(occurred_at=occurred_at)], LIST, "BOUNCE", ADDED_AT)

    assert cause is not None
    assert cause.occurred_at == occurred_at


def test_of_several_messages_that_fit_the_latest_is_named_and_said_to_be_one_of_several() -> None:
    earlier = entry(message_id="message-0", occurred_at="2026-11-27T05:00:00+00:00")

    assert find_cause([entry(), earlier], LIST, "BOUNCE", ADDED_AT) == (BOUNCED, False)


def test_both_feeds_reports_of_a_message_are_one_cause_with_the_senders_configuration_set() -> None:
    owners = entry(feed="owner", feedback_id="as-the-owner-heard-it")
    del owners["configuration_set"]

    assert find_cause([entry(), owners], LIST, "BOUNCE", ADDED_AT) == (BOUNCED, True)
    assert find_cause([owners, entry()], LIST, "BOUNCE", ADDED_AT) == (BOUNCED, True)


def test_the_message_that_ses_names_is_told_by_its_own_entry_whatever_its_time() -> None:
    late = entry(occurred_at="2026-11-20T00:00:00+00:00")
    other = entry(recipient="ben@example.com", identity="other.example")

    cause = cause_of_message([other, late], "Ann@Example.com", "BOUNCE", "message-1", "f")

    assert (cause.evidence, cause.identity) == (CauseEvidence.MESSAGE, "orchard.example")


def test_mail_passed_on_is_told_by_the_entry_of_whoever_was_mailed() -> None:
    cause = cause_of_message([entry()], "ann@elsewhere.example", "BOUNCE", "message-1", "f")

    assert cause.sending_account == "222222222222"


def test_a_message_that_the_ledger_does_not_know_is_named_all_the_same() -> None:
    cause = cause_of_message([], "ann@example.com", "COMPLAINT", "message-9", "feedback-9")

    assert cause == ChangeCause(
        CauseKind.COMPLAINT, CauseEvidence.MESSAGE, message_id="message-9", feedback_id="feedback-9"
    )
    assert describe_cause(cause) == "complaint of message message-9, which the ledger does not know"


@pytest.mark.parametrize(
    ("outcome", "reason", "expected"),
    [
        ("bounced_permanent_general", "BOUNCE", True),
        ("bounced_permanent_suppressed", "BOUNCE", True),
        ("bounced_permanent_email_validation_suppressed", "BOUNCE", False),
        ("complained_not_spam", "COMPLAINT", False),
        ("complained_unspecified", "COMPLAINT", True),
        ("complaint_suspected", "COMPLAINT", False),
        ("complained_abuse", "BOUNCE", False),
        ("an_outcome_of_a_newer_version", "BOUNCE", False),
        ("bounced_permanent_general", "A_NEWER_REASON", False),
    ],
)
def test_hard_bounces_and_complaints_add_and_nothing_else_is_taken_to(
    outcome: str, reason: str, expected: bool
) -> None:
    assert adds(outcome, reason) is expected
