"""The stack's standings, alerts and events, against what the invented day must lead to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

from console.demo.expected.comparison import Cell, Comparison, compare_cells
from console.demo.expected.standings import EntityMeasure, Expected, ExpectedChange
from console.local_aws.subscriber import HeardAlert, HeardEvent
from ses_reputation.findings.finding import FindingKind
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState, Transition, TransitionKind

_STANDING_CHANGED = "Reputation Standing Changed"
_FINDING_OPENED = "Reputation Finding Opened"


class StageEnd(Protocol):
    """When a stage of the day ended, and was assessed: aware UTC."""

    @property
    def ends_at(self) -> datetime:
        """The end, aware UTC."""


class AssessedStage(Protocol):
    """What an assessment at the end of a stage left, and what a subscriber received of it."""

    @property
    def stage(self) -> StageEnd:
        """Which stage it was."""

    @property
    def states(self) -> Mapping[ReputationEntity, EntityState]:
        """The state of every entity that the stack has stored."""

    @property
    def alerts(self) -> Sequence[HeardAlert]:
        """The alerts of this assessment."""

    @property
    def events(self) -> Sequence[HeardEvent]:
        """The events of this assessment."""


def compare_standings(
    expected: Sequence[Mapping[EntityMeasure, Expected]], assessed: Sequence[AssessedStage]
) -> Comparison:
    """Compare numerators, denominators and standings of each entity and measure after each stage."""
    cells: dict[Cell, int] = {}
    found: dict[Cell, int] = {}
    for must_show, each in zip(expected, assessed, strict=True):
        stage = _stage(each)
        for of, rated in must_show.items():
            cells |= _rate_cells((stage, *of), rated.numerator, rated.denominator, rated.standing)
        for state in each.states.values():
            found |= _found_cells(stage, state)
    return compare_cells(cells, found)


def compare_alerts(
    changes: Iterable[ExpectedChange],
    deferral: tuple[str, str] | None,
    assessed: Sequence[AssessedStage],
    transitions: Iterable[Transition],
) -> Comparison:
    """Compare the alerts and events that a subscriber received with those that must come, each once.

    These are all changes of standings, as events and as alerts; the deferral (identity, provider) if there
    must be one; and every transition that the stack has stored. An alert is known by its words, an event by
    its id.
    """
    transitions = list(transitions)
    expected: Counter[Cell] = Counter()
    for change in changes:
        stage = _stage(assessed[change.stage])
        expected["change", stage, *change.of, change.before, change.after] += 1
        expected["alert of a change", stage, change.of.entity] += 1
    expected.update(_alert_cell(each.subject, each.text) for each in transitions if each.text)
    expected.update(("event", each.detail["id"]) for each in transitions if each.detail)
    received = Counter(_received(assessed))
    if deferral:
        expected["deferral", *deferral] = 1
        received["deferral", *deferral] = _count_deferrals(assessed, *deferral)
    return compare_cells(expected, received)


def _received(assessed: Iterable[AssessedStage]) -> Iterator[Cell]:
    for each in assessed:
        for alert in each.alerts:
            yield _alert_cell(alert.subject, alert.text)
            if alert.attributes.get("kind") == TransitionKind.STANDING_CHANGED:
                yield "alert of a change", _stage(each), _title(alert.attributes)
        for event in each.events:
            yield "event", event.detail["id"]
            if event.detail_type == _STANDING_CHANGED:
                yield "change", _stage(each), *_change_cell(event.detail)


def _alert_cell(subject: str, text: str) -> Cell:
    return "alert", subject, blake2b(text.encode(), digest_size=4).hexdigest()


def _count_deferrals(assessed: Iterable[AssessedStage], identity: str, provider: str) -> int:
    opened = (
        event.detail for each in assessed for event in each.events if event.detail_type == _FINDING_OPENED
    )
    return sum(
        detail["entity"].get("identity") == identity
        and (detail["kind"], detail["scope"]) == (FindingKind.PROVIDER_DEFERRAL, provider)
        for detail in opened
    )


def _title(entity: Mapping[str, Any]) -> str:
    if "identity" in entity:
        return f"identity {entity['identity']}"
    return f"account {entity['account']} in {entity['region']}"


def _change_cell(detail: Mapping[str, Any]) -> Cell:
    return _title(detail["entity"]), detail["measure"], detail["from"] or "", detail["to"]


def _found_cells(stage: str, state: EntityState) -> dict[Cell, int]:
    cells: dict[Cell, int] = {}
    for name, view in state.view["measures"].items():
        rate = view["rate"] or {"numerator": 0, "denominator": 0}
        held = state.measures.get(Measure(name))
        standing = held.standing if held else ""
        cells |= _rate_cells(
            (stage, state.entity.title, name), rate["numerator"], rate["denominator"], standing
        )
    return cells


def _rate_cells(of: Cell, numerator: int, denominator: int, standing: str) -> dict[Cell, int]:
    cells = {(*of, "numerator"): numerator, (*of, "denominator"): denominator}
    return cells | {(*of, "standing", standing or "none"): 1}


def _stage(assessed: AssessedStage) -> str:
    return f"{assessed.stage.ends_at:%Y-%m-%dT%H:%M}"
