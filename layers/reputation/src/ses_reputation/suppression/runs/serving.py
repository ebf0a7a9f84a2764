"""The function's payloads: which step is asked for, and what it answers and counts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.runs.list_after_list import CallCounts
from ses_reputation.suppression.runs.place import PlaceExport
from ses_reputation.suppression.runs.steps import ExportSteps
from ses_reputation.suppression.runs.summary import RunSummary
from ses_reputation.suppression.snapshot.location import ListsRun

KnownAccounts = Callable[[], Iterable[AccountRegion]]


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What a step answers to the workflow, and what is reported of it: `note` has no address.

    export: what a call read, and how often SES throttled it. summary: of a run that has ended.
    """

    answer: dict[str, Any]
    note: Mapping[str, Any]
    export: CallCounts | None = None
    throttled: int = 0
    summary: RunSummary | None = None


def serve_step(steps: ExportSteps, event: Mapping[str, Any], known: KnownAccounts) -> StepTaken:
    """Take the step that a payload names: claim, describe, export, give_up or summarize.

    Raises what the step raises.
    """
    operation = event["operation"]
    if operation == "claim":
        return _claim(steps, event, known)
    if operation == "summarize":
        return _summarize(steps, event["run"])
    progress = PlaceExport.from_json(event["progress"])
    if operation == "describe":
        return _answer(steps.describe(progress))
    if operation == "give_up":
        return _answer(steps.give_up(progress, event["error"]))
    onward, counts, pace = steps.export(progress)
    return replace(_answer(onward), export=counts, throttled=pace.throttled)


def _claim(steps: ExportSteps, event: Mapping[str, Any], known: KnownAccounts) -> StepTaken:
    claimed = steps.claim(event["request"], event["execution"], known)
    answer = {**claimed.to_json(), "places_key": claimed.run.places_key}
    return StepTaken(answer, answer)


def _summarize(steps: ExportSteps, run: Mapping[str, str]) -> StepTaken:
    times = (datetime.fromisoformat(run[name]) for name in ("scheduled_at", "started_at"))
    summary = steps.summarize(ListsRun(run["run"]), *times)
    answer = {"status": "ended", "summary_key": summary.run.summary_key, **summary.heading()}
    return StepTaken(answer, answer, summary=summary)


def _answer(progress: PlaceExport) -> StepTaken:
    note = {
        "run": progress.run.run_id,
        "place": " ".join(progress.place),
        "status": progress.status,
        "position": progress.position,
        "rate": progress.rate,
    }
    return StepTaken(progress.to_json(), note)
