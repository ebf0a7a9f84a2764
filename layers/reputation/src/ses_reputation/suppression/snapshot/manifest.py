"""The manifest that makes a snapshot visible, and the pointer to the newest one."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError, StoreContendedError
from ses_reputation.suppression.snapshot.block_index import StoredIndex
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

FORMAT_VERSION = 2
_REPLACE_ATTEMPTS = 10
_TIMES = ("scheduled_at", "started_at", "finished_at")
_COUNTS = ("total", "by_reason", "rows_read", "rows_repeated", "chains_restarted")
# What only some snapshots have; each part of the export that makes one says what is in it.
_OPTIONAL = ("window", "settings", "changes")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished snapshot holds. Rows read = total + repeated: each address stands once in the parts.

    `window` has `began_at` and `exact_at`. The snapshot is the list as of `exact_at`, but for entries that
    were removed since `began_at`, or changed after `exact_at`, while it was read: SES lists no removals
    (docs/adr/0049-every-list.md). `settings` are those of SES that decide what the list does
    (runs/place_settings.py), `changes` what differs from the snapshot before. Each is None where it was not
    found out. `forgotten` of the rows are of people whom the ledger has forgotten.
    """

    run: SnapshotRun
    scheduled_at: datetime
    started_at: datetime
    finished_at: datetime
    total: int
    by_reason: Mapping[str, int]
    rows_read: int
    rows_repeated: int
    chains_restarted: int
    parts: tuple[SnapshotPart, ...]
    index: StoredIndex
    window: Mapping[str, str] | None = None
    settings: Mapping[str, Any] | None = None
    changes: Mapping[str, Any] | None = None
    forgotten: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as it is stored."""
        target = self.run.target
        named = {
            "format_version": FORMAT_VERSION,
            "complete": True,
            "account": target.account,
            "region": target.region,
            "tenant": target.tenant or None,
            "run": self.run.run_id,
        }
        times = {name: getattr(self, name).isoformat().replace("+00:00", "Z") for name in _TIMES}
        return {
            **named,
            **{name: each for name, each in asdict(self).items() if name != "run"},
            **times,
        }

    def to_bytes(self) -> bytes:
        """Return the object that holds the manifest."""
        return json.dumps(self.to_json(), indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, key: str, body: bytes) -> "Manifest":
        """Return the manifest in an object; raises SnapshotCorruptError where it is none of this format."""
        try:
            fields = parse_json(body)
            if fields["format_version"] != FORMAT_VERSION or fields["complete"] is not True:
                raise ValueError("not a complete snapshot of this format")
            read: dict[str, Any] = {name: datetime.fromisoformat(fields[name]) for name in _TIMES}
            read |= {name: fields[name] for name in (*_COUNTS, *_OPTIONAL)}
            # Those of before ADR 54 do not say it: nobody was forgotten yet.
            read["forgotten"] = fields.get("forgotten", 0)
            read["index"] = StoredIndex(**fields["index"])
            target = Target(fields["account"], fields["region"], fields["tenant"] or "")
            parts = tuple(SnapshotPart(**part) for part in fields["parts"])
            return cls(SnapshotRun(target, fields["run"]), **read, parts=parts)
        except (ValueError, KeyError, TypeError) as error:
            raise SnapshotCorruptError(
                f"{key} is not a manifest of format {FORMAT_VERSION}: {error}."
            ) from None


def publish_manifest(store: SnapshotStore, manifest: Manifest) -> Manifest:
    """Make a snapshot visible: its manifest, once and for ever, then the pointer to the newest.

    Returns the manifest that stands: the first one, when a step is repeated.
    """
    run = manifest.run
    if not store.put_if_absent(run.manifest_key, manifest.to_bytes()):
        stored = store.fetch(run.manifest_key)
        if stored is None:
            raise SnapshotCorruptError(f"{run.manifest_key} was removed while it was being published.")
        manifest = Manifest.from_json(run.manifest_key, stored.body)
    point_to_latest(store, manifest)
    return manifest


def point_to_latest(store: SnapshotStore, manifest: Manifest) -> None:
    """Let `latest.json` point to this snapshot, unless to a newer one; raises StoreContendedError."""
    run = manifest.run
    fields = manifest.to_json() | {"manifest": run.manifest_key}
    pointer = ("format_version", "run", "manifest", "scheduled_at", "finished_at", "total")
    body = json.dumps({name: fields[name] for name in pointer}, indent=2).encode()
    for _ in range(_REPLACE_ATTEMPTS):
        stored = store.fetch(run.target.latest_key)
        if stored is None:
            is_written = store.put_if_absent(run.target.latest_key, body)
        elif parse_json(stored.body)["run"] >= run.run_id:
            return
        else:
            is_written = store.put_if_unchanged(run.target.latest_key, body, stored.version)
        if is_written:
            return
    raise StoreContendedError(f"{run.target.latest_key} kept changing while it was being replaced.")
