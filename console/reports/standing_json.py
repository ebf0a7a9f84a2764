"""An entity's standing as `--json` prints it."""

from collections.abc import Iterable, Mapping
from typing import Any

from console.reports.findings import describe_finding, describe_mute, list_findings
from ses_reputation.hours import format_second
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.state import EntityState, MeasureState, Transition


def describe_entity(state: EntityState) -> dict[str, Any]:
    """Return what is stored of an entity as plain JSON; docs/command-line.md says what it holds."""
    view, left_out = measures_of(state), state.view.get("findings_left_out")
    return {
        **state.entity.to_json(),
        "standing": state.standing,
        "decision": state.decision.to_json() if state.decision else None,
        "assessed_at": format_second(state.assessed_at),
        "measures": {
            measure.value: _describe_measure(view[measure], state.measures.get(measure))
            | {"muted": describe_mute(state.mutes.get(measure))}
            for measure in Measure
            if measure in view
        },
        "ses": state.view.get("ses"),
        "open": state.view.get("open"),
        "findings": [describe_finding(finding) for finding in list_findings(state)],
        **({"findings_left_out": left_out} if left_out else {}),
        "protection": describe_protection(state),
    }


def describe_entity_at(state: EntityState) -> dict[str, Any]:
    """Return the same of a time gone by, which is rated as if for the first time: since when is not known."""
    described = describe_entity(state)
    measures = {name: {**each, "since": None} for name, each in described["measures"].items()}
    return {**described, "measures": measures}


def measures_of(state: EntityState) -> dict[Measure, dict[str, Any]]:
    """Return the view of each measure that was evaluated."""
    return {Measure(name): each for name, each in state.view.get("measures", {}).items()}


def describe_protection(state: EntityState) -> list[dict[str, Any]]:
    """Return the last step that protection took for each configuration set."""
    return [
        {
            "configuration_set": name,
            "step": str(each.step),
            "at": format_second(each.at),
            "cause": each.cause,
        }
        for name, each in sorted(state.protection.items())
    ]


def describe_transitions(transitions: Iterable[Transition]) -> list[dict[str, Any]]:
    """Return transitions as plain JSON, in their order."""
    return [
        {
            "id": each.id,
            "at": format_second(each.at),
            "kind": str(each.kind),
            "name": each.name,
            "subject": each.subject,
            "detail": dict(each.detail),
        }
        for each in transitions
    ]


def _describe_measure(view: Mapping[str, Any], held: MeasureState | None) -> dict[str, Any]:
    fields = {name: value for name, value in view.items() if name != "standing"}
    return {"standing": view["standing"], "since": format_second(held.since) if held else None, **fields}
