"""Only a configuration set that the ledger has as paused can be resumed."""

from datetime import UTC, datetime

import pytest

from console.actions.resume_sending import AccountSet, find_pause
from console.errors import NotFoundError, NotPausedError
from ses_reputation.rollup.entities import ReputationEntity, account_entity
from ses_reputation.standing.state import EntityState, ProtectionState, ProtectionStep

AT = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
ACCOUNT = account_entity("444455556666", "us-east-1")
PAUSED = ProtectionState(ProtectionStep.PAUSED, AT, "bounces")
NEWSLETTER = AccountSet(ACCOUNT, "newsletter")


class States:
    """What the ledger holds of one account."""

    def __init__(self, state: EntityState) -> None:
        self.state = state

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        return {ACCOUNT: self.state}

    def save(self, state: EntityState, transitions: object) -> bool:
        raise AssertionError("nothing is stored by looking")


def with_step(step: ProtectionStep) -> States:
    taken = ProtectionState(step, AT, "bounces")
    return States(EntityState(ACCOUNT, 1, AT).with_protection("newsletter", taken))


def test_a_pause_is_found_with_its_cause() -> None:
    assert find_pause(with_step(ProtectionStep.PAUSED), NEWSLETTER) == PAUSED


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (ProtectionStep.WOULD_PAUSE, "the ledger says that it would have been paused"),
        (ProtectionStep.FAILED, "the ledger says that it could not be paused"),
        (ProtectionStep.RESUMED, "the ledger says that it was resumed by a person"),
    ],
)
def test_another_step_is_named(step: ProtectionStep, says: str) -> None:
    with pytest.raises(NotPausedError, match=says):
        find_pause(with_step(step), NEWSLETTER)


def test_a_set_without_any_step_has_no_pause() -> None:
    with pytest.raises(NotPausedError, match="the ledger holds no pause of it"):
        find_pause(with_step(ProtectionStep.PAUSED), AccountSet(ACCOUNT, "receipts"))


def test_an_account_that_is_not_known_is_not_found() -> None:
    stranger = AccountSet(account_entity("999900001111", "us-east-1"), "newsletter")

    with pytest.raises(NotFoundError, match="Nothing is known of account 999900001111"):
        find_pause(with_step(ProtectionStep.PAUSED), stranger)
