"""Starting an export of all suppression lists now, and waiting for its end."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from console.errors import ExportClaimedError, ExportFailedError
from ses_reputation.hours import format_second
from ses_reputation.suppression.runs.run_progress import RunProgress, RunWatch
from ses_reputation.suppression.runs.summary import RunSummary, load_summary
from ses_reputation.suppression.snapshot.location import ListsRun, name_run
from ses_reputation.suppression.store import SnapshotStore

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class StartedExport:
    """An execution, and the run that it makes unless another has claimed it."""

    execution_arn: str
    run: ListsRun


def start_export(client: "SFNClient", workflow_arn: str, now: datetime | None = None) -> StartedExport:
    """Start the workflow for this moment."""
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    request = json.dumps({"scheduled_at": format_second(moment)})
    started = client.start_execution(stateMachineArn=workflow_arn, input=request)
    return StartedExport(started["executionArn"], ListsRun(name_run(moment)))


def watch_export(
    client: "SFNClient",
    store: SnapshotStore,
    export: StartedExport,
    on_progress: Callable[[RunProgress], None],
    sleep: Callable[[float], None] = time.sleep,
) -> RunSummary:
    """Wait for the end of an export; return what became of every list.

    Raises:
        ExportFailedError: it failed, timed out or was aborted.
        ExportClaimedError: another execution has this run.
    """
    watch = RunWatch(store, export.run)
    while True:
        described = client.describe_execution(executionArn=export.execution_arn)
        if described["status"] == "SUCCEEDED":
            return _read_end(store, export, json.loads(described["output"]))
        if described["status"] != "RUNNING":
            cause = described.get("cause") or described.get("error") or "no cause given"
            raise ExportFailedError(
                f"The export ended as {described['status']}: {cause}. Complete snapshots are still valid. "
                f"Repair the cause, then redrive {export.execution_arn}."
            )
        progress = watch.look()
        if progress is not None:
            on_progress(progress)
        sleep(_POLL_SECONDS)


def _read_end(store: SnapshotStore, export: StartedExport, output: dict[str, Any]) -> RunSummary:
    if output["status"] == "already_claimed":
        raise ExportClaimedError(
            f"Another start of {output['scheduled_at']} has this run since {output['started_at']}, so this "
            f"one exported nothing. Follow {output['execution']}, or run the command again: that is a run of "
            "its own."
        )
    return load_summary(store, export.run)
