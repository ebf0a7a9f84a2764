"""The beginning of a run: one execution makes the snapshots of one schedule time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.hours import format_second
from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.location import ListsRun, name_run, parse_scheduled_time
from ses_reputation.suppression.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Claim:
    """Who makes a run, and since when."""

    execution: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run, and the claim on it. is_mine: whether the execution that asked has it."""

    run: ListsRun
    scheduled_at: datetime
    claim: Claim
    is_mine: bool

    def to_json(self) -> dict[str, Any]:
        """Write it as JSON values; by `status` the workflow goes on, or leaves the run to who has it."""
        return {
            "status": "claimed" if self.is_mine else "already_claimed",
            "run": self.run.run_id,
            "scheduled_at": format_second(self.scheduled_at),
            "started_at": format_second(self.claim.started_at),
            "execution": self.claim.execution,
        }


def claim_run(
    store: SnapshotStore, request: Mapping[str, Any], execution: str, now: Callable[[], datetime]
) -> ClaimedRun:
    """Claim the run of the time that the request was scheduled for, or return the claim of who has it.

    `request` is the input of the workflow: `scheduled_at`, and `attempt` (default 1) for a run made again on
    purpose. The same execution gets its own claim back, so a retried step and a redriven execution go on
    where they were. A claim is never taken over: two writers of one snapshot are worse than a missing one.
    When an execution has failed for good, redrive it, or start another with the same time and `"attempt": 2`.
    Raises InvalidScheduledTimeError.
    """
    scheduled_at = parse_scheduled_time(request.get("scheduled_at"))
    run = ListsRun(name_run(scheduled_at, request.get("attempt", 1)))
    claim = _claim(store, run, Claim(execution, now()))
    return ClaimedRun(run, scheduled_at, claim, claim.execution == execution)


def _claim(store: SnapshotStore, run: ListsRun, mine: Claim) -> Claim:
    body = json.dumps({"execution": mine.execution, "started_at": mine.started_at.isoformat()})
    if store.put_if_absent(run.claim_key, body.encode()):
        return mine
    stored = store.fetch(run.claim_key)
    if stored is None:
        raise SnapshotCorruptError(f"{run.claim_key} was removed while this run was being claimed.")
    fields = parse_json(stored.body)
    return Claim(fields["execution"], datetime.fromisoformat(fields["started_at"]))
