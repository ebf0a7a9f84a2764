"""What a state remembers of protection, and how much of it."""

from datetime import timedelta

from ses_reputation.rollup.entities import account_entity
from ses_reputation.standing.rows import row_of_state
from ses_reputation.standing.state import MOST_PROTECTED_SETS, EntityState, ProtectionState, ProtectionStep
from tests.support.mail import NOW

STATE = EntityState(account_entity("444455556666", "us-east-1"), 1, NOW)
# The longest that SES takes as a name, and a cause that names it twice with figures of millions.
LONGEST_NAME, LONG_CAUSE = "n" * 59, f"configuration set {'n' * 64} bears " + "9" * 300
# 400 KB, less what the view takes at its most.
ROOM_BYTES = 200_000


def step(kind: ProtectionStep, minutes: int) -> ProtectionState:
    return ProtectionState(kind, NOW + timedelta(minutes=minutes), LONG_CAUSE)


def test_steps_of_two_thousand_sets_leave_room_in_an_item() -> None:
    state = STATE
    for number in range(2_000):
        state = state.with_protection(f"{LONGEST_NAME}{number:05}", step(ProtectionStep.PAUSED, number))

    assert len(row_of_state(state)["state"]["S"].encode()) < ROOM_BYTES
    newest = {f"{LONGEST_NAME}{number:05}" for number in range(1_800, 2_000)}
    assert state.protection.keys() == newest


def test_pauses_are_remembered_before_other_steps() -> None:
    state = STATE.with_protection("paused", step(ProtectionStep.PAUSED, 0))
    for number in range(MOST_PROTECTED_SETS + 5):
        state = state.with_protection(f"tried{number}", step(ProtectionStep.FAILED, number + 1))

    assert len(state.protection) == MOST_PROTECTED_SETS
    assert "paused" in state.protection
    assert "tried5" not in state.protection
    assert f"tried{MOST_PROTECTED_SETS + 4}" in state.protection


def test_a_set_that_is_remembered_takes_no_other_ones_place() -> None:
    state = STATE
    for number in range(MOST_PROTECTED_SETS):
        state = state.with_protection(f"set{number}", step(ProtectionStep.PAUSED, number))

    again = state.with_protection("set0", step(ProtectionStep.RESUMED, 999))

    assert again.protection.keys() == state.protection.keys()
    assert again.protection["set0"].step is ProtectionStep.RESUMED
