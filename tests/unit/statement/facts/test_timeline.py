"""Changes as a timeline has them, however often it was said in between that something lasts."""

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

    return [each.title for each in view_timeline({ENTITY: "account"}, replace(INPUTS, transitions=read))]


@pytest.mark.parametrize("reminders", [0, 29, 30, 31, 200])
def test_a_change_is_told_after_any_number_of_reminders(reminders: int) -> None:
    lasting = [told(each, TransitionKind.REMINDER) for each in range(reminders)]

    assert titles_of([*lasting, told(300, TransitionKind.STANDING_CHANGED)]) == ["300"]


def test_the_newest_thirty_changes_are_told() -> None:
    changes = [told(each, TransitionKind.FINDING_OPENED) for each in range(40)]
    mutes = [told(each, TransitionKind.MUTED) for each in range(5)]

    assert titles_of([*mutes, *changes]) == [str(each) for each in range(30)]


def test_a_change_is_said_whole_where_the_alerts_subject_was_cut_off() -> None:
    headline = (
        "Found, identity example.com: The complaint rate of the last 24 hours is 1.703 %, after 30 days"
    )
    change = replace(told(1, TransitionKind.FINDING_OPENED), subject=f"{headline[:97]}...", headline=headline)

    assert titles_of([change]) == [headline]


def test_a_standing_has_what_its_rate_is_made_of_and_since_when() -> None:
    subject = "Review: bounces of identity example.com at 5.51 % (was watch)"
    rate = {"numerator": 551, "denominator": 10_000, "value": 0.0551}
    change = replace(told(1, TransitionKind.STANDING_CHANGED), subject=subject)
    window = {"first_hour": "2026-11-19T15"}

    assert [
        titles_of([replace(change, detail={"rate": each, "window": window})]) for each in (rate, None)
    ] == [[f"{subject}; 551 / 10,000 sends since 2026-11-19"], [subject]]
