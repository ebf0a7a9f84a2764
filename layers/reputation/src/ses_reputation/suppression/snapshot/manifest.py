"""The manifest that makes a snapshot visible, and the pointer to the newest one."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ses_reputation.hours import format_timestamp
from ses_reputation.suppression.errors import SnapshotCorruptError, StoreContendedError
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

FORMAT_VERSION = 1
_REPLACE_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished snapshot holds. Rows read = total + repeated: each address stands once in the parts."""

    run: SnapshotRun
    scheduled_at: datetime
    started_at: datetime
    finished_at: datetime
    total: int
    rows_by_reason: Mapping[str, int]
    rows_read: int
    rows_repeated: int
    chains_restarted: int
    parts: tuple[SnapshotPart, ...]

    def encode(self) -> bytes:
        """Write the manifest as JSON, the way it is stored."""
        fields = {
            "format_version": FORMAT_VERSION,
            "complete": True,
            "account": self.run.target.account,
            "region": self.run.target.region,
            "run": self.run.run_id,
            "scheduled_at": format_timestamp(self.scheduled_at, "auto"),
            "started_at": format_timestamp(self.started_at, "auto"),
            "finished_at": format_timestamp(self.finished_at, "auto"),
            "total": self.total,
            "by_reason": dict(sorted(self.rows_by_reason.items())),
            "rows_read": self.rows_read,
            "rows_repeated": self.rows_repeated,
            "chains_restarted": self.chains_restarted,
            "parts": [asdict(part) for part in self.parts],
        }
        return json.dumps(fields, indent=2).encode() + b"\n"


def decode_manifest(key: str, body: bytes) -> Manifest:
    """Read a stored manifest; raises SnapshotCorruptError when it is not one of this format."""
    try:
        fields = json.loads(body)
        if fields["format_version"] != FORMAT_VERSION or fields["complete"] is not True:
            raise ValueError("not a complete snapshot of this format")
        return _read_fields(fields)
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotCorruptError(f"{key} is not a manifest of format {FORMAT_VERSION}: {error}.") from None


def publish_manifest(store: SnapshotStore, manifest: Manifest) -> Manifest:
    """Make a snapshot visible: its manifest, once and for ever, then the pointer to the newest.

    Returns the manifest that stands: the first one, when a step is repeated.
    """
    run = manifest.run
    if not store.put_if_absent(run.manifest_key, manifest.encode()):
        stored = store.fetch(run.manifest_key)
        if stored is None:
            raise SnapshotCorruptError(f"{run.manifest_key} was removed while it was being published.")
        manifest = decode_manifest(run.manifest_key, stored.body)
    point_to_latest(store, manifest)
    return manifest


def point_to_latest(store: SnapshotStore, manifest: Manifest) -> None:
    """Let `latest.json` point to this snapshot, unless to a newer one; raises StoreContendedError."""
    run = manifest.run
    body = json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "run": run.run_id,
            "manifest": run.manifest_key,
            "scheduled_at": format_timestamp(manifest.scheduled_at, "auto"),
            "finished_at": format_timestamp(manifest.finished_at, "auto"),
            "total": manifest.total,
        },
        indent=2,
    ).encode()
    for _ in range(_REPLACE_ATTEMPTS):
        stored = store.fetch(run.target.latest_key)
        if stored is None:
            is_written = store.put_if_absent(run.target.latest_key, body)
        elif json.loads(stored.body)["run"] >= run.run_id:
            return
        else:
            is_written = store.put_if_unchanged(run.target.latest_key, body, stored.version)
        if is_written:
            return
    raise StoreContendedError(f"{run.target.latest_key} kept changing while it was being replaced.")


def _read_fields(fields: Mapping[str, Any]) -> Manifest:
    return Manifest(
        run=SnapshotRun(Target(fields["account"], fields["region"]), fields["run"]),
        scheduled_at=datetime.fromisoformat(fields["scheduled_at"]),
        started_at=datetime.fromisoformat(fields["started_at"]),
        finished_at=datetime.fromisoformat(fields["finished_at"]),
        total=fields["total"],
        rows_by_reason=fields["by_reason"],
        rows_read=fields["rows_read"],
        rows_repeated=fields["rows_repeated"],
        chains_restarted=fields["chains_restarted"],
        parts=tuple(SnapshotPart(**part) for part in fields["parts"]),
    )
