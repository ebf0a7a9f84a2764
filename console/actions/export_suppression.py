"""Starting a suppression export now, and waiting for its end."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from console.errors import ExportFailedError
from ses_reputation.hours import format_second

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

_POLL_SECONDS = 0.5
_LATEST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export is, by its last finished step; `status` is reading, merging or complete."""

    status: str = "starting"
    rows: int = 0


def start_export(client: "SFNClient", workflow_arn: str, now: datetime | None = None) -> str:
    """Start the workflow for this moment, and return the execution's ARN."""
    request = {"scheduled_at": format_second(now or datetime.now(UTC))}
    return client.start_execution(stateMachineArn=workflow_arn, input=json.dumps(request))["executionArn"]


def watch_export(
    client: "SFNClient",
    execution_arn: str,
    on_progress: Callable[[ExportProgress], None],
    sleep: Callable[[float], None] = time.sleep,
) -> list[dict[str, Any]]:
    """Wait for the end of an export; return the exports in its output, one for each list.

    The output is empty where another run has claimed the list.

    Raises:
        ExportFailedError: it failed, timed out or was aborted.
    """
    while True:
        described = client.describe_execution(executionArn=execution_arn)
        if described["status"] == "SUCCEEDED":
            exports: list[dict[str, Any]] = json.loads(described["output"])["exports"]
            return exports
        if described["status"] != "RUNNING":
            cause = described.get("cause") or described.get("error") or "no cause given"
            raise ExportFailedError(
                f"The export ended as {described['status']}: {cause}. The last snapshot is still valid. "
                f"Repair the cause, then redrive {execution_arn}."
            )
        on_progress(_read_progress(client, execution_arn))
        sleep(_POLL_SECONDS)


def _read_progress(client: "SFNClient", execution_arn: str) -> ExportProgress:
    history = client.get_execution_history(
        executionArn=execution_arn, reverseOrder=True, maxResults=_LATEST_EVENTS
    )
    return next(_find_progress(history["events"]), ExportProgress())


def _find_progress(events: "list[HistoryEventTypeDef]") -> Iterator[ExportProgress]:
    for event in events:
        output = event.get("stateExitedEventDetails", {}).get("output")
        state = json.loads(output) if output else None
        if isinstance(state, dict) and "reading" in state:
            yield ExportProgress(state["status"], state["reading"]["rows"])
