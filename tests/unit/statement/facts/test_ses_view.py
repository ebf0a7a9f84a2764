"""SES's own word about an account stands first, and is named as its own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.standing.state import DecisionState, EntityState, MeasureState
from ses_reputation.statement.facts.evaluated import evaluated_entity
from ses_reputation.statement.facts.headlines import entity_headline, statement_headline
from ses_reputation.statement.facts.ses_view import is_in_trouble, view_ses
from ses_reputation.statement.naming import Naming
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.diagnoses import KeptDiagnosis, PlaceDiagnoses

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
ACCOUNT = account_entity("444455556666", "us-east-1")
RATES = {
    "bounce_rate": 0.118,
    "complaint_rate": None,
    "bounce_rate_at": "2026-11-22T09:00:00+00:00",
    "complaint_rate_at": None,
    "rates_at": None,
}


def state_of(status: str, *, sends: bool = True) -> EntityState:
    decision = SesDecision("444455556666", "us-east-1", NOW, status, sends, True)
    measures = {Measure.BOUNCES: MeasureState(Standing.HEALTHY, NOW)}
    return EntityState(ACCOUNT, 1, NOW, measures, view={"ses": RATES}, decision=DecisionState(decision, NOW))


@pytest.mark.parametrize(
    ("status", "sends", "expected", "is_trouble"),
    [
        ("HEALTHY", True, "healthy", False),
        ("PROBATION", True, "under_review", True),
        ("SHUTDOWN", True, "paused", True),
        # A shutdown stops all sending, switched off or not.
        ("SHUTDOWN", False, "paused", True),
        ("HEALTHY", False, "switched_off", True),
        ("FROZEN", True, "other", True),
        ("", True, "unknown", False),
        ("", False, "switched_off", True),
    ],
)
def test_a_decision_is_shown_by_what_it_comes_to(
    status: str, sends: bool, expected: str, is_trouble: bool
) -> None:
    state = state_of(status, sends=sends)

    view = view_ses(state, ())

    assert view is not None
    assert (view.status, is_in_trouble(state)) == (expected, is_trouble)


def test_rates_are_those_of_cloudwatch_with_their_time() -> None:
    view = view_ses(state_of("HEALTHY"), ())

    assert view is not None
    assert (view.bounce_rate, view.bounce_rate_at) == (0.118, datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert (view.complaint_rate, view.complaint_rate_at) == (None, None)


def test_ses_says_nothing_of_an_identity() -> None:
    assert view_ses(EntityState(identity_entity("example.com"), 1, NOW), ()) is None


def test_an_account_that_was_not_asked_of_is_unknown() -> None:
    view = view_ses(replace(state_of("HEALTHY"), decision=None), ())

    assert view is not None
    assert (view.status, view.words) == ("unknown", "What SES has decided about the account was not read.")


def test_recommendations_are_those_of_the_account_and_region_alone() -> None:
    def found(name: str, account: str, problem: str) -> KeptDiagnosis:
        return KeptDiagnosis(name, 2, account, "us-east-1", problem, "", "", ())

    diagnoses = PlaceDiagnoses(
        "111122223333",
        "us-east-1",
        NOW,
        (
            found("recommendation_dkim", "444455556666", "sign mail of jane@example.com"),
            found("recommendation_dkim", "777788889999", "another's"),
            found("production_access", "444455556666", "no recommendation"),
        ),
    )

    view = view_ses(state_of("HEALTHY"), [diagnoses])

    assert view is not None
    assert view.recommendations == ("sign mail of j...@example.com",)


def test_what_ses_has_done_is_the_headline_whatever_the_rates() -> None:
    state = state_of("SHUTDOWN")

    headline = entity_headline(
        "account 444455556666", evaluated_entity(ACCOUNT, state), state, Naming("reputation")
    )

    assert headline == (
        "Account 444455556666: SES has paused all sending of the account, since 2026-11-22 10:05 UTC or "
        "before."
    )


@pytest.mark.parametrize(
    ("headlines", "expected"),
    [
        ([], "Nothing has been sent yet."),
        ([("A is bad.", False)], "A is bad."),
        (
            [("A is well.", True), ("B is well.", True)],
            "All 2 are healthy. Nearest to a threshold: A is well.",
        ),
        (
            [("A is well.", True), ("B is well.", True), ("C is not rated.", None)],
            "The 2 of 3 that are rated are healthy. Nearest to a threshold: A is well.",
        ),
        (
            [("A is well.", True), ("B is not rated.", None)],
            "One of the 2 has mail that is rated. A is well.",
        ),
        ([("A is not rated.", None)] * 2, "None of the 2 has mail that is rated."),
        ([("A is bad.", False), ("B is well.", True), ("C is not rated.", None)], "A is bad."),
        ([("A is bad.", False), ("B is well.", True)], "A is bad."),
        ([("A is bad.", False), ("B is bad.", False)], "A is bad. The other one needs a look, too."),
        ([("A is bad.", False)] * 3, "A is bad. 2 of the 2 others need a look, too."),
    ],
)
def test_a_statement_begins_with_the_entity_of_most_concern(
    headlines: list[tuple[str, bool | None]], expected: str
) -> None:
    assert statement_headline(headlines) == expected
