"""The demo notices a standing, a figure, an alert or an event that is not what the day must come to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.demo.expected.comparison import Mismatch
from console.demo.expected.standings import EntityMeasure, Expected, ExpectedChange
from console.demo.expected.standings_comparison import compare_alerts, compare_standings
from console.demo.stages import Assessed, Stage
from console.local_aws.subscriber import HeardAlert, HeardEvent
from console.reports.message_tally import MessageTally
from ses_reputation.notifications.events import attributes_of, detail_type
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.state import EntityState, MeasureState, Transition, TransitionKind

BEGINS_AT = datetime(2026, 11, 22, tzinfo=UTC)
NOON = BEGINS_AT + timedelta(hours=12)
AGENCY = account_entity("444455556666", "us-east-1")
DOMAIN = identity_entity("example.com")
BOUNCES = EntityMeasure(AGENCY.title, "bounces")
STAGE = "2026-11-22T12:00"


def state_of(
    entity: ReputationEntity, numerator: int, denominator: int, standing: Standing | None
) -> EntityState:
    rate = {"numerator": numerator, "denominator": denominator, "value": numerator / denominator}
    measures = {Measure.BOUNCES: MeasureState(standing, NOON)} if standing else {}
    view = {"measures": {"bounces": {"rate": rate, "sends": denominator}}}
    return EntityState(entity, 1, NOON, measures, view=view)


def assessed_of(
    *states: EntityState, alerts: tuple[HeardAlert, ...] = (), events: tuple[HeardEvent, ...] = ()
) -> Assessed:
    stage = Stage(BEGINS_AT, NOON, ())
    return Assessed(stage, {state.entity: state for state in states}, alerts, events, MessageTally(0))


def test_standings_that_are_as_counted_match() -> None:
    expected = {BOUNCES: Expected(222, 3_682, "review")}

    comparison = compare_standings([expected], [assessed_of(state_of(AGENCY, 222, 3_682, Standing.REVIEW))])

    assert (comparison.compared, comparison.mismatches) == (3, ())


@pytest.mark.parametrize(
    ("state", "mismatches"),
    [
        (state_of(AGENCY, 221, 3_682, Standing.REVIEW), {("numerator",): (222, 221)}),
        (state_of(AGENCY, 222, 3_683, Standing.REVIEW), {("denominator",): (3_682, 3_683)}),
        (
            state_of(AGENCY, 222, 3_682, Standing.WATCH),
            {("standing", "review"): (1, 0), ("standing", "watch"): (0, 1)},
        ),
        (
            state_of(AGENCY, 222, 3_682, None),
            {("standing", "none"): (0, 1), ("standing", "review"): (1, 0)},
        ),
    ],
    ids=["numerator", "denominator", "standing", "not rated"],
)
def test_what_differs_is_named(
    state: EntityState, mismatches: Mapping[tuple[str, ...], tuple[int, int]]
) -> None:
    comparison = compare_standings([{BOUNCES: Expected(222, 3_682, "review")}], [assessed_of(state)])

    assert {each.cell[3:]: (each.expected, each.found) for each in comparison.mismatches} == mismatches
    assert {each.cell[:3] for each in comparison.mismatches} == {(STAGE, AGENCY.title, "bounces")}


def test_an_entity_that_nobody_assessed_and_one_that_is_not_known_are_named() -> None:
    comparison = compare_standings(
        [{BOUNCES: Expected(1, 10, "")}], [assessed_of(state_of(DOMAIN, 1, 10, None))]
    )

    assert {each.cell[1] for each in comparison.mismatches} == {AGENCY.title, DOMAIN.title}


def transition_of(
    entity: ReputationEntity, name: str, kind: TransitionKind, detail: Mapping[str, Any]
) -> Transition:
    names = {"account": entity.name, "region": entity.region} if entity.region else {"identity": entity.name}
    whole = {"id": f"{entity.key}#{name}", "entity": {"kind": entity.kind, **names}, **detail}
    return Transition(entity, NOON, kind, name, whole, f"Subject of {name}", f"Text of {name}")


def publish(*transitions: Transition) -> Assessed:
    alerts = tuple(HeardAlert(each.subject, each.text, attributes_of(each)) for each in transitions)
    events = tuple(HeardEvent(detail_type(each), each.detail) for each in transitions)
    return assessed_of(alerts=alerts, events=events)


FALL = transition_of(
    AGENCY,
    "bounces",
    TransitionKind.STANDING_CHANGED,
    {"measure": "bounces", "from": "healthy", "to": "watch"},
)
DEFERRAL = transition_of(
    DOMAIN,
    "provider_deferral#microsoft",
    TransitionKind.FINDING_OPENED,
    {"kind": "provider_deferral", "scope": "microsoft"},
)
CHANGE = ExpectedChange(0, BOUNCES, "healthy", "watch")
DEFERRED = ("example.com", "microsoft")


def mismatches_of(
    *published: Transition, stored: tuple[Transition, ...] = (FALL, DEFERRAL)
) -> list[Mismatch]:
    return list(compare_alerts([CHANGE], DEFERRED, [publish(*published)], stored).mismatches)


def test_what_is_published_once_matches() -> None:
    assert mismatches_of(FALL, DEFERRAL) == []


def test_what_is_published_twice_is_named() -> None:
    assert {(each.cell[0], each.expected, each.found) for each in mismatches_of(FALL, FALL, DEFERRAL)} == {
        ("alert", 1, 2),
        ("change", 1, 2),
        ("alert of a change", 1, 2),
        ("event", 1, 2),
    }


def test_what_is_never_published_is_named() -> None:
    assert {(each.cell[0], each.found) for each in mismatches_of(DEFERRAL)} == {
        ("alert", 0),
        ("change", 0),
        ("alert of a change", 0),
        ("event", 0),
    }


def test_a_change_that_the_day_does_not_mean_is_named_though_it_is_stored_and_published() -> None:
    other = replace(FALL, detail={**FALL.detail, "to": "review"})

    assert {
        each.cell[-1]: each.found for each in mismatches_of(other, DEFERRAL, stored=(other, DEFERRAL))
    } == {
        "watch": 0,
        "review": 1,
    }


def test_a_deferral_that_was_missed_is_named() -> None:
    (mismatch,) = mismatches_of(FALL, stored=(FALL,))

    assert mismatch == Mismatch(("deferral", *DEFERRED), 1, 0)


def test_an_alert_with_other_words_is_named_by_its_subject() -> None:
    published = publish(FALL, DEFERRAL)
    changed = [replace(published.alerts[0], text="Something else"), *published.alerts[1:]]
    mismatches = compare_alerts(
        [CHANGE], DEFERRED, [replace(published, alerts=changed)], [FALL, DEFERRAL]
    ).mismatches

    assert [each.cell[:2] for each in mismatches] == [("alert", "Subject of bounces")] * 2


def test_without_an_expected_deferral_none_is_compared() -> None:
    assert compare_alerts([CHANGE], None, [publish(FALL)], [FALL]).mismatches == ()
