"""What the demo prints with `--json`: the same figures as its tables, and whether they add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from console.demo.report import Comparisons
from console.demo.run import DemoRun, Snapshot
from console.demo.stages import Assessed
from console.reports.suppression_lookup.rows import describe_manifest
from ses_reputation.hours import format_second
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.state import EntityState


def describe_demo(
    run: DemoRun,
    comparisons: Comparisons,
    snapshots: Sequence[Snapshot],
    page: Path | None,
    *,
    adds_up: bool,
) -> dict[str, Any]:
    """Return the whole run: stage by stage, then what the stack holds. snapshots: oldest first. page: of the
    statements."""
    return {
        "stages": [_describe_stage(each) for each in run.assessed],
        "messages": run.contents.tally.to_json(),
        "facts": len(run.traffic.facts),
        "totals": list(_totals(run.contents.hours)),
        "reconciliations": [each.to_json() for each in run.reconciliations],
        "suppression": {
            "snapshots": [describe_manifest(each.manifest) for each in snapshots],
            "throttled_requests": snapshots[-1].throttled,
        },
        "arithmetic": {
            "adds_up": adds_up,
            "comparisons": [
                {"what": what, "figures": each.compared, "differ": len(each.mismatches)}
                for what, each in comparisons.items()
            ],
        },
        "statements": str(page) if page else None,
    }


def _describe_stage(assessed: Assessed) -> dict[str, Any]:
    events = Counter(event.detail_type for event in assessed.events)
    return {
        "ends_at": format_second(assessed.stage.ends_at),
        "standings": [_describe_standing(state) for _, state in sorted(assessed.states.items())],
        "alerts": [each.subject for each in assessed.alerts],
        "events": dict(sorted(events.items())),
    }


def _describe_standing(state: EntityState) -> dict[str, Any]:
    measures = {}
    for name, view in state.view["measures"].items():
        held = state.measures.get(Measure(name))
        standing = held.standing if held else None
        measures[name] = {"standing": standing, "sends": view["sends"], "rate": view["rate"]}
    return {**state.entity.to_json(), "standing": state.standing, "measures": measures}


def _totals(hours: Iterable[HourBalance]) -> Iterable[dict[str, Any]]:
    """Yield distinct facts by outcome, of each sending account, Region and identity; `hours` are sorted."""
    for (account, region, identity), of_sender in groupby(hours, key=lambda hour: hour.sender_hour[:3]):
        totals: Counter[str] = Counter()
        for hour in of_sender:
            for providers in hour.counts.values():
                for outcomes in providers.values():
                    totals.update(outcomes)
        counted = dict(sorted(totals.items()))
        yield {"sending_account": account, "region": region, "identity": identity, "facts": counted}
