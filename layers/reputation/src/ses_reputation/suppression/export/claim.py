"""The beginning of a run: one execution makes the snapshot of one schedule time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run, parse_scheduled_time
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target


@dataclass(frozen=True, slots=True)
class Claim:
    """Who makes a snapshot, and since when."""

    execution: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ForeignClaim:
    """A run that another execution makes, or has made."""

    run: SnapshotRun
    execution: str

    def to_json(self) -> dict[str, Any]:
        """Write it as JSON values, for whoever reads the execution's output."""
        return {"target": asdict(self.run.target), "run": self.run.run_id, "execution": self.execution}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What an execution has to do: its own exports; and what it leaves to others."""

    exports: tuple[Export, ...]
    already_claimed: tuple[ForeignClaim, ...]

    def to_json(self) -> dict[str, Any]:
        """Write it as JSON values, for the workflow to map over."""
        return {
            "exports": [export.to_json() for export in self.exports],
            "already_claimed": [foreign.to_json() for foreign in self.already_claimed],
        }


def begin_exports(
    store: SnapshotStore, request: Mapping[str, Any], execution: str, now: Callable[[], datetime]
) -> Beginning:
    """Claim the run of the time that the request was scheduled for.

    It is of one list: that of the account and Region that the execution's ARN names. `request` is the input
    of the workflow: `scheduled_at`, and `attempt` (default 1) for a run made again on purpose.
    Raises InvalidScheduledTimeError.
    """
    scheduled_at = parse_scheduled_time(request.get("scheduled_at"))
    region, account = execution.split(":")[3:5]
    run = SnapshotRun(Target(account, region), name_run(scheduled_at, request.get("attempt", 1)))
    claim = claim_run(store, run, execution, now)
    if claim.execution == execution:
        return Beginning((Export(run, scheduled_at, claim.started_at),), ())
    return Beginning((), (ForeignClaim(run, claim.execution),))


def claim_run(store: SnapshotStore, run: SnapshotRun, execution: str, now: Callable[[], datetime]) -> Claim:
    """Claim a run for an execution, or return the claim of the execution that has it.

    The same execution gets its own claim back, so a retried step and a redriven execution go on where they
    were. A claim is never taken over: two writers of one snapshot are worse than a missing one. When an
    execution has failed for good, redrive it, or start another with the same time and `"attempt": 2`.
    """
    mine = Claim(execution, now())
    body = json.dumps({"execution": mine.execution, "started_at": mine.started_at.isoformat()})
    if store.put_if_absent(run.claim_key, body.encode()):
        return mine
    stored = store.fetch(run.claim_key)
    if stored is None:
        raise SnapshotCorruptError(f"{run.claim_key} was removed while this run was being claimed.")
    fields = parse_json(stored.body)
    return Claim(fields["execution"], datetime.fromisoformat(fields["started_at"]))
