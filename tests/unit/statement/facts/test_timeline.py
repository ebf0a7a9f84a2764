"""The timeline holds changes, however often it was said in between that something lasts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ses_reputation.rollup.entities import ReputationEntity, account_entity
from ses_reputation.standing.state import Transition, TransitionKind
from ses_reputation.statement.facts.timeline import view_timeline
from tests.support.assessed_world import MINE, assessed, daily_mail, inputs_of
from tests.support.mail import NOW
from tests.support.notifications import DELEGATE

ENTITY = account_entity(DELEGATE, "us-east-1")
INPUTS = inputs_of(assessed(daily_mail(MINE, 10, 0, range(1))))


def told(days_ago: int, kind: TransitionKind) -> Transition:
    at = NOW - timedelta(days=days_ago)
    return Transition(ENTITY, at, kind, "bounces", {}, f"{days_ago}")


def titles_of(transitions: Sequence[Transition]) -> list[str]:
    def read(_: ReputationEntity, limit: int) -> Sequence[Transition]:
        return transitions[:limit]

    return [each.title for each in view_timeline([ENTITY], replace(INPUTS, transitions=read))]


@pytest.mark.parametrize("reminders", [0, 29, 30, 31, 200])
def test_a_change_is_told_after_any_number_of_reminders(reminders: int) -> None:
    lasting = [told(each, TransitionKind.REMINDER) for each in range(reminders)]

    assert titles_of([*lasting, told(300, TransitionKind.STANDING_CHANGED)]) == ["300"]


def test_the_newest_thirty_changes_are_told() -> None:
    changes = [told(each, TransitionKind.FINDING_OPENED) for each in range(40)]
    mutes = [told(each, TransitionKind.MUTED) for each in range(5)]

    assert titles_of([*mutes, *changes]) == [str(each) for each in range(30)]
