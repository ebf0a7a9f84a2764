"""An entity's standing as `--json` prints it."""

from collections.abc import Iterable, Mapping
from typing import Any

from console.reports.findings import describe_finding, describe_mute, list_findings
from ses_reputation.hours import format_second
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.state import EntityState, MeasureState, Transition

ASSUMPTIONS = (
    "SES does not publish how it computes its rates: ours are estimates of them.",
    "Eligible sends are those with a Send event, except mail to the mailbox simulator and to your own "
    "domains, and mail that a suppression list of an account, a tenant or a recipient stopped.",
    "Hard bounces are permanent ones. SES's global suppression list causes hard bounces, your own does not.",
    "Complaints are divided by eligible sends to providers with feedback loops, as SES does. It names none; "
    "only Gmail is known to have none, so the true rate is rather higher than ours.",
    "A standing worsens if the rate reaches the threshold, and so many events would come by chance less than "
    "once in a thousand. Below that, see the 95 % interval.",
    "Mail counts in the hour in which it was sent. Bounces and complaints that come later still raise the "
    "rates of the latest hours.",
    "SES may act before or after a threshold is reached here.",
)
"""The short list; docs/ledger.md has the full one."""


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
