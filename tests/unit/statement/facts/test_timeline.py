"""What changed, newest first."""

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
    return view_timeline(by_entity, inputs)


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
