"""Decisions of SES about accounts that are not registered any more are not shown."""

from datetime import UTC, datetime

from console.stack.ses_decisions import without_old_decisions
from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.standing.state import DecisionState, EntityState
from ses_reputation.statistics.decisions import SesDecision

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
COURIER, HARBOR = account_entity("222222222222", "eu-west-1"), account_entity("333333333333", "eu-west-1")
ORCHARD = identity_entity("orchard.example")


def decided(account: str) -> DecisionState:
    return DecisionState(SesDecision(account, "eu-west-1", NOW, "SHUTDOWN", True, True), NOW)


STATES = {
    COURIER: EntityState(COURIER, 1, NOW, view={"measures": {}}, decision=decided("222222222222")),
    HARBOR: EntityState(HARBOR, 1, NOW, decision=decided("333333333333")),
    ORCHARD: EntityState(ORCHARD, 1, NOW),
}


def test_those_of_registered_accounts_stay() -> None:
    assert without_old_decisions(STATES, lambda: ("222222222222", "333333333333")) == STATES


def test_an_account_with_mail_stays_without_its_decision_and_one_without_mail_goes() -> None:
    known = without_old_decisions(STATES, lambda: ("111111111111",))

    assert set(known) == {COURIER, ORCHARD}
    assert known[COURIER].decision is None
    assert known[COURIER].view == {"measures": {}}


def test_where_nothing_was_decided_nobody_is_asked_who_is_registered() -> None:
    def fail() -> tuple[str, ...]:
        raise AssertionError

    assert without_old_decisions({ORCHARD: STATES[ORCHARD]}, fail) == {ORCHARD: STATES[ORCHARD]}


def test_all_stay_where_nobody_can_say_who_is_registered() -> None:
    def fail() -> tuple[str, ...]:
        raise UnavailableError("GetParametersByPath: AccessDeniedException")

    assert without_old_decisions(STATES, fail) == STATES
