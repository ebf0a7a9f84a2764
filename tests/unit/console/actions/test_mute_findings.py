"""A mute is stored once, whatever an assessment stores meanwhile, or it is said that it was not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.actions.mute_findings import OpenKey, find_key, mute, unmute
from console.errors import NotFoundError, NotRecordedError
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.state import EntityState, MeasureState, Mute, Transition

AT = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
ACCOUNT, IDENTITY = account_entity("444455556666", "us-east-1"), identity_entity("example.com")
BOUNCES = OpenKey(ACCOUNT, "bounces")
MUTE = Mute(AT + timedelta(days=9), AT, "user ada of 111122223333", "ticket 42")
WATCH = {Measure.BOUNCES: MeasureState(Standing.WATCH, AT)}


class States:
    """One account's state in the ledger; an assessment comes first in so many attempts to store."""

    def __init__(self, state: EntityState | None, assessments: int = 0) -> None:
        self.state = state
        self.assessments = assessments
        self.recorded: list[Transition] = []

    @property
    def stored(self) -> EntityState:
        assert self.state
        return self.state

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        return {ACCOUNT: self.state} if self.state else {}

    def save(self, state: EntityState, transitions: Sequence[Transition]) -> bool:
        if self.assessments:
            self.assessments -= 1
            later = AT + timedelta(1)
            self.state = replace(self.stored, version=self.stored.version + 1, assessed_at=later)
            return False
        assert state.version == self.stored.version + 1
        self.state = state
        self.recorded += transitions
        return True


def at_watch(entity: ReputationEntity = ACCOUNT) -> EntityState:
    return EntityState(entity, 3, AT, WATCH)


@pytest.mark.parametrize("assessments", [0, 1, 4])
def test_a_mute_is_stored_on_whatever_an_assessment_left(assessments: int) -> None:
    states = States(at_watch(), assessments)
    mute(states, BOUNCES, MUTE)

    assert states.stored.mutes == {"bounces": MUTE}
    assert states.stored.version == 4 + assessments
    assert states.stored.assessed_at == (AT + timedelta(1) if assessments else AT)
    assert [(each.name, each.text, dict(each.detail)) for each in states.recorded] == [("bounces", "", {})]
    assert states.stored.unpublished == ()


def test_a_mute_that_never_comes_first_is_an_error_and_nothing_is_recorded() -> None:
    states = States(at_watch(), assessments=99)

    with pytest.raises(NotRecordedError, match=r"was not stored.*Run the command again"):
        mute(states, BOUNCES, MUTE)
    assert states.recorded == []


def test_what_ended_meanwhile_is_not_muted() -> None:
    states = States(replace(at_watch(), measures={}))

    with pytest.raises(NotFoundError, match=r"bounces is not open here"):
        mute(states, BOUNCES, MUTE)
    with pytest.raises(NotFoundError, match=r"Nothing is known of account 444455556666 in us-east-1"):
        mute(States(None), BOUNCES, MUTE)


def test_a_mute_is_ended_once_and_recorded() -> None:
    states = States(replace(at_watch(), mutes={"bounces": MUTE}), assessments=1)
    unmute(states, BOUNCES, "user bob of 111122223333", AT)

    assert states.stored.mutes == {}
    assert [each.subject for each in states.recorded] == ["Unmuted by user bob of 111122223333: bounces"]
    with pytest.raises(NotFoundError, match=r"bounces is not muted here. These are: none\."):
        unmute(states, BOUNCES, "user bob of 111122223333", AT)


def test_a_key_of_several_entities_asks_which() -> None:
    states = [at_watch(), at_watch(IDENTITY)]

    assert find_key(states[1:], "bounces") == OpenKey(IDENTITY, "bounces")
    with pytest.raises(
        NotFoundError, match=r"there of several: name one with --account .*identity example.com"
    ):
        find_key(states, "bounces")
    with pytest.raises(NotFoundError, match=r"complaints is not open here. These are: bounces\."):
        find_key(states, "complaints")
