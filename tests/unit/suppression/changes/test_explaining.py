"""Causes are looked for where they may be known, within budgets, and never taken from silence."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.changes.cause import (
    FORGOTTEN,
    NOT_LOOKED_UP,
    UNEXPLAINED,
    CauseEvidence,
    CauseKind,
    describe_cause,
)
from ses_reputation.suppression.changes.explaining import Explainer, LookUps
from ses_reputation.suppression.changes.recorded_actions import RecordedActions
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.changes.suppressed_destination import MessageNamed
from ses_reputation.suppression.errors import ListThrottledError
from ses_reputation.suppression.forgotten import hidden
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.targets import Target
from tests.support.suppression_entries import LedgerOfEntries, entry

LIST = Target("222222222222", "eu-west-1")
ADDED = RowChange("Ann@example.com", ChangeKind.ADDED, "BOUNCE", "", "2026-11-27T07:00:00Z")
REMOVED = RowChange("Ann@example.com", ChangeKind.REMOVED, "", "BOUNCE", "2026-11-20T07:00:00Z")


@dataclass
class Destinations:
    """What SES answers, one after another."""

    answers: Iterator[MessageNamed | Exception | None] = field(default_factory=lambda: iter(()))
    asked: list[str] = field(default_factory=list)

    def fetch_message(self, address: str) -> MessageNamed | None:
        self.asked.append(address)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def explainer(
    ledger: LedgerOfEntries, *answers: MessageNamed | Exception | None, of_ledger: int = 9, of_ses: int = 9
) -> tuple[Explainer, Destinations]:
    destinations = Destinations(iter(answers))
    pace = Pace(sleep=lambda _: None, clock=lambda: 0.0)
    return Explainer(LIST, ledger, destinations, LookUps(of_ledger, of_ses), pace), destinations


def test_what_the_ledger_explains_is_not_asked_of_ses() -> None:
    explaining, destinations = explainer(LedgerOfEntries([entry()]))

    cause = explaining.explain(ADDED)

    assert (cause.kind, cause.evidence, cause.message_id) == (
        CauseKind.BOUNCE,
        CauseEvidence.TIME,
        "message-1",
    )
    assert destinations.asked == []


def test_nobody_is_asked_about_somebody_who_was_forgotten() -> None:
    ledger = LedgerOfEntries([entry()])
    explaining, destinations = explainer(ledger)

    cause = explaining.explain(ADDED._replace(email_address=hidden("0" * 32)))

    assert (cause, ledger.asked, destinations.asked) == (FORGOTTEN, [], [])
    assert describe_cause(cause) == "not looked up: the person was forgotten"


def test_ses_names_the_message_in_the_stored_spelling_where_the_ledger_has_two_that_fit() -> None:
    ledger = LedgerOfEntries([entry(), entry(message_id="message-0")])
    explaining, destinations = explainer(ledger, MessageNamed("message-0", "feedback-0"))

    cause = explaining.explain(ADDED)

    assert (cause.message_id, cause.evidence) == ("message-0", CauseEvidence.MESSAGE)
    assert destinations.asked == ["Ann@example.com"]


def test_an_entry_without_a_message_was_put_by_somebody() -> None:
    explaining, _ = explainer(LedgerOfEntries(), MessageNamed())

    assert explaining.explain(ADDED).kind is CauseKind.NO_MESSAGE


def test_an_entry_that_ses_does_not_know_any_more_is_unexplained() -> None:
    explaining, _ = explainer(LedgerOfEntries(), None)

    assert explaining.explain(ADDED) == UNEXPLAINED


def test_a_removal_that_nobody_recorded_is_unexplained_and_nobody_is_asked() -> None:
    ledger = LedgerOfEntries([entry()])
    explaining, destinations = explainer(ledger)

    assert explaining.explain(REMOVED) == UNEXPLAINED
    assert (ledger.asked, destinations.asked) == ([], [])


def test_a_removal_is_not_called_unexplained_where_records_are_missing() -> None:
    explaining, _ = explainer(LedgerOfEntries())
    explaining.actions = RecordedActions(is_whole=False)

    assert explaining.explain(REMOVED) == NOT_LOOKED_UP


def test_a_spent_budget_leaves_changes_not_looked_up() -> None:
    explaining, destinations = explainer(LedgerOfEntries(), None, of_ledger=2, of_ses=1)

    assert explaining.explain(ADDED) == UNEXPLAINED
    assert explaining.explain(ADDED) == NOT_LOOKED_UP
    assert explaining.explain(ADDED) == NOT_LOOKED_UP
    assert len(destinations.asked) == 1


def test_a_refusal_is_asked_again_at_a_slower_pace_and_each_question_counts() -> None:
    explaining, destinations = explainer(
        LedgerOfEntries(), ListThrottledError("429"), MessageNamed("message-7"), of_ses=2
    )

    assert explaining.explain(ADDED).message_id == "message-7"
    # A tenth slower for the refusal, and a constant faster for the answer (listing/pace.py).
    assert explaining.pace.rate == pytest.approx(1.0 * 0.9 + 0.03)
    assert explaining.pace.throttled == 1
    assert (len(destinations.asked), explaining.left.of_ses) == (2, 0)


def test_an_account_that_throttles_all_the_time_is_left_alone() -> None:
    explaining, destinations = explainer(LedgerOfEntries(), *[ListThrottledError("429")] * 9)

    assert explaining.explain(ADDED) == NOT_LOOKED_UP
    assert len(destinations.asked) == 3


def test_a_ses_that_refuses_is_not_asked_again() -> None:
    explaining, destinations = explainer(LedgerOfEntries(), UnavailableError("AccessDeniedException"))

    assert [explaining.explain(ADDED), explaining.explain(ADDED)] == [NOT_LOOKED_UP, NOT_LOOKED_UP]
    assert len(destinations.asked) == 1


def test_a_ledger_that_fails_is_not_asked_again() -> None:
    ledger = LedgerOfEntries([entry()], is_down=True)
    explaining, _ = explainer(ledger)

    assert [explaining.explain(ADDED), explaining.explain(ADDED)] == [NOT_LOOKED_UP, NOT_LOOKED_UP]
    assert ledger.asked == ["ann@example.com"]


@pytest.mark.parametrize("reason", ["COMPLAINT", "A_NEWER_REASON"])
def test_a_reason_that_changed_is_looked_for_as_an_addition_with_that_reason(reason: str) -> None:
    complained = entry(outcome="complained_abuse", message_id="message-2")
    explaining, _ = explainer(LedgerOfEntries([entry(), complained]), MessageNamed("message-9"))
    changed = ADDED._replace(kind=ChangeKind.REASON_CHANGED, reason=reason, previous_reason="BOUNCE")

    message = explaining.explain(changed).message_id

    assert message == ("message-2" if reason == "COMPLAINT" else "message-9")
