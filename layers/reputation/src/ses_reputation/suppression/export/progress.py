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
    """How far the list has been read: names of raw parts, and counts, of this chain of pages only.

    Times are ISO text. began_at: when the first page was asked for. since: the filter of a settling pass,
    which reads what changed since then, "" before the first. exact_at: when that pass began, or the one page
    of a short list was asked for. settlings: passes begun; pass_pages: pages of this one.
    fruitless_calls: calls in a row in which SES throttled every request.
    """

    chain: int = 1
    next_token: str | None = None
    raw_parts: tuple[str, ...] = ()
    pages: int = 0
    rows: int = 0
    began_at: str = ""
    since: str = ""
    exact_at: str = ""
    settlings: int = 0
    pass_pages: int = 0
    fruitless_calls: int = 0

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "ReadProgress":
        """Return what an export's JSON has of it. Raises KeyError or TypeError."""
        return cls(**{**fields, "raw_parts": tuple(fields["raw_parts"])})


@dataclass(frozen=True, slots=True)
class Export:
    """One list on its way into a snapshot. Small enough for a workflow's payload however long the list is.

    `checkpoint` names the object that says how far the merge is, once a call has left some for the next;
    `comparison` the one that says how far the finished parts are compared with the snapshot before.
    `tenant_settings`: what SES says of a tenant, or why it does not, as the manifest has it.
    """

    run: SnapshotRun
    scheduled_at: datetime
    started_at: datetime
    status: Status = "reading"
    reading: ReadProgress = ReadProgress()
    checkpoint: str | None = None
    comparison: str | None = None
    tenant_settings: Mapping[str, Any] | None = None

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
        return cls(
            SnapshotRun(Target(**payload["target"]), payload["run"]),
            datetime.fromisoformat(payload["scheduled_at"]),
            datetime.fromisoformat(payload["started_at"]),
            payload["status"],
            ReadProgress.from_json(payload["reading"]),
            payload["checkpoint"],
            payload["comparison"],
            payload["tenant_settings"],
        )
