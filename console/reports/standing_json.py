"""An entity's standing as `--json` prints it: as stored, but without rates of too little mail."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from console.reports.findings import describe_finding, list_findings
from ses_reputation.hours import format_second
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.state import EntityState, MeasureState, Transition


def describe_entity(state: EntityState) -> dict[str, Any]:
    """Return what is stored of an entity as plain JSON; docs/command-line.md says what it holds."""
    view, left_out = measures_of(state), state.view.get("findings_left_out")
    return {
        **state.entity.to_json(),
        "standing": state.standing,
        "assessed_at": format_second(state.assessed_at),
        "measures": {
            measure.value: _describe_measure(view[measure], state.measures.get(measure))
            for measure in Measure
            if measure in view
        },
        "ses": state.view.get("ses"),
        "open": state.view.get("open"),
        "findings": [describe_finding(finding) for finding in list_findings(state)],
        **({"findings_left_out": left_out} if left_out else {}),
        "protection": describe_protection(state),
    }


def measures_of(state: EntityState) -> dict[Measure, dict[str, Any]]:
    """Return the view of each measure, with rates only where there is enough mail for a standing."""
    view: Mapping[str, Any] = state.view.get("measures", {})
    return {Measure(name): _rated(each) for name, each in view.items()}


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


def _rated(view: Mapping[str, Any]) -> dict[str, Any]:
    """Remove the rates of mail that is too little for a standing: one bounce would change them too much."""
    rated_parts = {
        (mail_slice["kind"], mail_slice["name"]) for mail_slice in view["slices"] if mail_slice["standing"]
    }
    measure = {
        **view,
        "feedback_loops": _rated_loops(view["feedback_loops"]),
        "causes": [
            each if _is_among(each, rated_parts) else {**each, "rate": None} for each in view["causes"]
        ],
        "slices": [
            mail_slice if mail_slice["standing"] else {**mail_slice, "rate": None}
            for mail_slice in view["slices"]
        ],
    }
    if view["standing"]:
        return measure
    windows = {name: {**window, "rate": None} for name, window in view["windows"].items()}
    return measure | {"rate": None, "headroom": [], "windows": windows}


def _is_among(cause: Mapping[str, Any], slices: Container[tuple[str, str]]) -> bool:
    return (cause["kind"], cause["name"]) in slices


def _rated_loops(loops: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if loops is None or loops["standing"]:
        return loops
    return {**loops, "rate": {**loops["rate"], "value": None, "low": None, "high": None}}
