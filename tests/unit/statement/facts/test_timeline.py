"""What changed, newest first, however often it was said in between that something lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import Transition, TransitionKind
from ses_reputation.statement.facts import timeline as module
from ses_reputation.statement.facts.timeline import view_timeline
from ses_reputation.statement.view.statement import TimelineEvent
from tests.support.assessed_world import assessed, inputs_of
from tests.support.evaluated import ACCOUNT, IDENTITY, NOW

EMPTY = inputs_of(assessed([]))
IDS = {ACCOUNT: "account-444455556666-us-east-1", IDENTITY: "identity-example.com"}


def change(
    kind: TransitionKind,
    hours_ago: int = 0,
    name: str = "bounces",
    entity: ReputationEntity = ACCOUNT,
    **detail: Any,
) -> Transition:
    at: datetime = NOW - timedelta(hours=hours_ago)
    return Transition(entity, at, kind, name, detail, subject=f"{kind} {hours_ago}")


def events(*changes: Transition) -> Sequence[TimelineEvent]:
    """The timeline of all entities that changed; each entity's changes are read newest first."""
    newest = sorted(changes, key=lambda each: each.id, reverse=True)
    by_entity: Mapping[ReputationEntity, list[Transition]] = {
        entity: [each for each in newest if each.entity == entity] for entity in (ACCOUNT, IDENTITY)
    }
    inputs = replace(EMPTY, transitions=lambda entity, *_, **__: by_entity[entity])
    return view_timeline(IDS, inputs)


STANDING = TransitionKind.STANDING_CHANGED


def test_changes_of_all_entities_stand_newest_first() -> None:
    found = events(
        change(STANDING, 3, to="watch"),
        change(TransitionKind.FINDING_OPENED, 2, "provider_deferral#gmail", IDENTITY),
        change(STANDING, 1, to="review"),
    )

    assert [(each.at, each.entity_id) for each in found] == [
        (NOW - timedelta(hours=1), "account-444455556666-us-east-1"),
        (NOW - timedelta(hours=2), "identity-example.com"),
        (NOW - timedelta(hours=3), "account-444455556666-us-east-1"),
    ]
    assert found[0].title == "standing_changed 1"


def test_reminders_and_mutes_are_no_changes() -> None:
    found = events(*(change(kind, hours, to="watch") for hours, kind in enumerate(TransitionKind)))

    assert {each.kind for each in found} == {
        "standing_changed",
        "finding_opened",
        "finding_resolved",
        "protection",
        "ses_decision",
    }


def test_of_too_many_the_newest_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EVENTS", 2)

    found = events(*(change(STANDING, hours, entity=IDENTITY) for hours in range(4)), change(STANDING, 1))

    assert [(each.at, each.entity_id) for each in found] == [
        (NOW, "identity-example.com"),
        (NOW - timedelta(hours=1), "identity-example.com"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "is_worse"),
    [
        ("watch", "review", True),
        ("review", "watch", False),
        (None, "healthy", True),
        ("healthy", "healthy", False),
    ],
)
def test_a_standing_is_worse_where_it_is_more_severe(before: str | None, after: str, is_worse: bool) -> None:
    changed = replace(change(STANDING), detail={"from": before, "to": after})
    (found,) = events(changed)

    assert (found.standing, found.is_worse) == (Standing(after), is_worse)


@pytest.mark.parametrize(
    ("kind", "is_worse"),
    [
        (TransitionKind.FINDING_OPENED, True),
        (TransitionKind.FINDING_RESOLVED, False),
        (TransitionKind.PROTECTION, None),
        (TransitionKind.SES_DECISION, None),
    ],
)
def test_a_finding_is_worse_when_it_opens_and_better_when_it_is_over(
    kind: TransitionKind, is_worse: bool | None
) -> None:
    (found,) = events(change(kind))

    assert (found.is_worse, found.standing) == (is_worse, None)


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("bounces", Measure.BOUNCES),
        ("complaints", Measure.COMPLAINTS),
        ("bounce_spike", Measure.BOUNCES),
        ("complaint_spike", Measure.COMPLAINTS),
        ("bounce_spike#444455556666/news", Measure.BOUNCES),
        ("provider_deferral#microsoft", None),
        ("mail_stopped", None),
    ],
)
def test_a_change_is_about_a_measure_by_its_name(name: str, measure: Measure | None) -> None:
    (found,) = events(change(TransitionKind.FINDING_OPENED, name=name))

    assert found.measure is measure


def titles_of(transitions: Sequence[Transition]) -> list[str]:
    """What the timeline says of an account's transitions, of which no more are read than are asked for."""
    inputs = replace(EMPTY, transitions=lambda _, limit: transitions[:limit])
    return [each.title for each in view_timeline({ACCOUNT: "account"}, inputs)]


@pytest.mark.parametrize("reminders", [0, 29, 30, 31, 200])
def test_a_change_is_told_after_any_number_of_reminders(reminders: int) -> None:
    lasting = [change(TransitionKind.REMINDER, hours) for hours in range(reminders)]

    assert titles_of([*lasting, change(STANDING, 300)]) == ["standing_changed 300"]


def test_the_newest_thirty_changes_are_told() -> None:
    changes = [change(TransitionKind.FINDING_OPENED, hours) for hours in range(40)]
    mutes = [change(TransitionKind.MUTED, hours) for hours in range(5)]

    assert titles_of([*mutes, *changes]) == [f"finding_opened {hours}" for hours in range(30)]


def test_a_change_is_said_whole_where_the_alerts_subject_was_cut_off() -> None:
    headline = (
        "Found, identity example.com: The complaint rate of the last 24 hours is 1.703 %, after 30 days"
    )
    found = replace(change(TransitionKind.FINDING_OPENED), subject=f"{headline[:97]}...", headline=headline)

    assert titles_of([found]) == [headline]


def test_a_standing_has_what_its_rate_is_made_of_and_since_when() -> None:
    subject = "Review: bounces of identity example.com at 5.51 % (was watch)"
    rate, window = {"numerator": 551, "denominator": 10_000}, {"first_hour": "2026-11-19T15"}
    rated, unrated = (change(STANDING, rate=each, window=window) for each in (rate, None))

    assert titles_of([replace(rated, subject=subject), replace(unrated, subject=subject)]) == [
        f"{subject}; 551 / 10,000 sends since 2026-11-19",
        subject,
    ]
