"""An export is started for this moment and watched to its end."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from console.actions.export_suppression import ExportProgress, start_export, watch_export
from console.errors import ExportFailedError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

ARN = "arn:aws:states:us-east-1:111122223333:execution:export:1"


class FakeStepFunctions:
    """A workflow that shows one more step at each look, and ends as `ending` says."""

    def __init__(self, steps: list[dict[str, Any] | None], ending: dict[str, Any]) -> None:
        self.steps = steps
        self.ending = ending
        self.started: list[dict[str, Any]] = []

    def start_execution(self, **request: Any) -> dict[str, str]:
        self.started.append(request)
        return {"executionArn": ARN}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        assert executionArn == ARN
        return {"status": "RUNNING"} if self.steps else self.ending

    def get_execution_history(self, **request: Any) -> dict[str, Any]:
        assert request["reverseOrder"]
        step = self.steps.pop(0)
        finished = {"stateExitedEventDetails": {"name": "ReadPart", "output": json.dumps(step)}}
        return {"events": [{"stateEnteredEventDetails": {}}, *([finished] if step else [])]}


def fake(steps: list[dict[str, Any] | None], ending: dict[str, Any]) -> "SFNClient":
    return cast("SFNClient", FakeStepFunctions(steps, ending))


def test_an_export_is_named_after_the_second_it_was_started_in() -> None:
    client = FakeStepFunctions([], {})
    now = datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC)

    assert start_export(cast("SFNClient", client), "arn:workflow", now) == ARN
    assert client.started == [
        {"stateMachineArn": "arn:workflow", "input": '{"scheduled_at": "2026-11-22T07:00:00Z"}'}
    ]


def test_progress_is_what_the_last_finished_step_says() -> None:
    steps: list[dict[str, Any] | None] = [
        None,
        {"exports": [], "already_claimed": []},
        {"status": "reading", "reading": {"rows": 2_000}},
        {"status": "merging", "reading": {"rows": 6_120}},
    ]
    output = json.dumps({"exports": [{"run": "20261122T070000Z"}], "already_claimed": []})
    seen: list[ExportProgress] = []

    exports = watch_export(fake(steps, {"status": "SUCCEEDED", "output": output}), ARN, seen.append, _no_wait)

    assert exports == [{"run": "20261122T070000Z"}]
    assert seen == [
        ExportProgress(),
        ExportProgress(),
        ExportProgress("reading", 2_000),
        ExportProgress("merging", 6_120),
    ]


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ({"status": "FAILED", "error": "E", "cause": "SES said no"}, "ended as FAILED: SES said no"),
        ({"status": "FAILED", "error": "ListRefusedError"}, "ended as FAILED: ListRefusedError"),
        ({"status": "ABORTED"}, "ended as ABORTED: no cause given"),
    ],
)
def test_an_export_that_fails_names_its_cause_and_what_to_do(ending: dict[str, Any], said: str) -> None:
    with pytest.raises(ExportFailedError, match=f"{said}.*redrive {ARN}"):
        watch_export(fake([], ending), ARN, lambda _: None, _no_wait)


def _no_wait(_seconds: float) -> None:
    """Tests do not wait."""
