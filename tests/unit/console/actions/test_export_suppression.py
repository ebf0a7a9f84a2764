"""An export is started for this moment and watched to its end."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from console.actions.export_suppression import StartedExport, start_export, watch_export
from console.errors import ExportClaimedError, ExportFailedError
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.runs.outcomes import ListOutcome, ListStatus
from ses_reputation.suppression.runs.run_progress import PlaceProgress, RunProgress, keep_progress
from ses_reputation.suppression.runs.summary import RunSummary, save_places
from ses_reputation.suppression.snapshot.location import ListsRun
from tests.support.in_memory.suppression import NOON, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_stepfunctions import SFNClient

ARN = "arn:aws:states:us-east-1:111122223333:execution:export:1"
RUN = ListsRun("20261122T070000Z")
EXPORT = StartedExport(ARN, RUN)
HERE, THERE = AccountRegion("111122223333", "us-east-1"), AccountRegion("444455556666", "us-east-1")


class FakeStepFunctions:
    """An execution during which things happen between two looks at it, and that ends as `ending` says."""

    def __init__(self, ending: dict[str, Any], *meanwhile: "Callable[[], None]") -> None:
        self.ending = ending
        self.meanwhile = list(meanwhile)
        self.started: list[dict[str, Any]] = []

    def start_execution(self, **request: Any) -> dict[str, str]:
        self.started.append(request)
        return {"executionArn": ARN}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        assert executionArn == ARN
        if not self.meanwhile:
            return self.ending
        self.meanwhile.pop(0)()
        return {"status": "RUNNING"}


def watch(
    client: FakeStepFunctions, store: MemoryStore | None = None, seen: list[RunProgress] | None = None
) -> RunSummary:
    heard = [] if seen is None else seen
    return watch_export(cast("SFNClient", client), store or MemoryStore(), EXPORT, heard.append, _no_wait)


def ended(**output: Any) -> dict[str, Any]:
    return {"status": "SUCCEEDED", "output": json.dumps(output)}


def test_an_export_is_named_after_the_second_it_was_started_in() -> None:
    client = FakeStepFunctions({})
    now = datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC)

    assert start_export(cast("SFNClient", client), "arn:workflow", now) == EXPORT
    assert client.started == [
        {"stateMachineArn": "arn:workflow", "input": '{"scheduled_at": "2026-11-22T07:00:00Z"}'}
    ]


def test_progress_is_that_of_all_lists_until_the_summary_is_there() -> None:
    store, seen = MemoryStore(), list[RunProgress]()
    outcome = ListOutcome(*HERE, "account", ListStatus.COMPLETE, total=7)
    summary = RunSummary(RUN, NOON, NOON, NOON, (outcome,))
    store.put(RUN.summary_key, json.dumps(summary.to_json()).encode())
    client = FakeStepFunctions(
        ended(status="ended"),
        lambda: None,
        lambda: save_places(store, RUN, [HERE, THERE]),
        lambda: keep_progress(store, RUN, HERE, PlaceProgress(3, 1, "a list", 2_000)),
        lambda: keep_progress(store, RUN, HERE, PlaceProgress(3, 3)),
        lambda: keep_progress(store, RUN, THERE, PlaceProgress(1, 0, "another", 6_000)),
    )

    assert watch(client, store, seen) == summary
    assert seen == [
        RunProgress(places=2, places_done=0, lists=0, lists_done=0, rows=0),
        RunProgress(places=2, places_done=0, lists=3, lists_done=1, rows=2_000),
        RunProgress(places=2, places_done=1, lists=3, lists_done=3, rows=0),
        RunProgress(places=2, places_done=1, lists=4, lists_done=3, rows=6_000),
    ]


def test_a_second_start_of_the_same_time_says_who_has_the_run() -> None:
    claimed = {"scheduled_at": "2026-11-22T07:00:00Z", "started_at": "2026-11-22T07:00:01Z"}
    client = FakeStepFunctions(ended(status="already_claimed", execution="arn:first", **claimed))
    with pytest.raises(
        ExportClaimedError, match=r"Another start of 2026-11-22T07:00:00Z .* Follow arn:first"
    ):
        watch(client)


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ({"status": "FAILED", "error": "E", "cause": "SES said no"}, "ended as FAILED: SES said no"),
        ({"status": "FAILED", "error": "SettingsError"}, "ended as FAILED: SettingsError"),
        ({"status": "ABORTED"}, "ended as ABORTED: no cause given"),
    ],
)
def test_an_export_that_fails_names_its_cause_and_what_to_do(ending: dict[str, Any], said: str) -> None:
    with pytest.raises(ExportFailedError, match=f"{said}.*redrive {ARN}"):
        watch(FakeStepFunctions(ending))


def _no_wait(_seconds: float) -> None:
    """Tests do not wait."""
