"""The state of a run between two function calls, as it travels through the workflow."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target

Status = Literal["reading", "merging", "complete"]


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far the list has been read: names of raw parts, and counts, of this chain of pages only."""

    chain: int = 1
    next_token: str | None = None
    raw_parts: tuple[str, ...] = ()
    pages: int = 0
    rows: int = 0
    gap_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Export:
    """One list on its way into a snapshot. Small enough for a workflow's payload however long the list is.

    `checkpoint` names the object that says how far the merge is, once a call has left some for the next;
    `comparison` the one that says how far the finished parts are compared with the snapshot before.
    """

    run: SnapshotRun
    scheduled_at: datetime
    started_at: datetime
    status: Status = "reading"
    reading: ReadProgress = ReadProgress()
    checkpoint: str | None = None
    comparison: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON values; by `status` the workflow chooses its next step."""
        return {
            **asdict(self),
            "scheduled_at": self.scheduled_at.isoformat(),
            "started_at": self.started_at.isoformat(),
            "target": asdict(self.run.target),
            "run": self.run.run_id,
        }

    @classmethod
    def from_json(cls, payload: Mapping[str, Any]) -> "Export":
        """Return the state that `to_json` wrote. Raises KeyError, TypeError or ValueError."""
        reading = payload["reading"]
        return cls(
            SnapshotRun(Target(**payload["target"]), payload["run"]),
            datetime.fromisoformat(payload["scheduled_at"]),
            datetime.fromisoformat(payload["started_at"]),
            payload["status"],
            ReadProgress(**{**reading, "raw_parts": tuple(reading["raw_parts"])}),
            payload["checkpoint"],
            payload["comparison"],
        )
