"""What a snapshot's manifest says of its changes, and how far a comparison is between two calls."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.row_change import ChangeKind
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.store import SnapshotStore

FIRST_SNAPSHOT = "It is the first complete snapshot of this list."
NEVER_COMPARED = "It was made without a comparison."


@dataclass(frozen=True, slots=True)
class SnapshotChanges:
    """How a snapshot differs from its predecessor, as its manifest has it.

    `not_compared` says why there are no changes, and is None where there are; then `predecessor` is the run
    that it was compared with, and `by_cause` counts the changes by the kind of their cause. `parts` hold
    the changes, in the order of rows.
    """

    predecessor: str | None = None
    not_compared: str | None = None
    added: int = 0
    removed: int = 0
    reason_changed: int = 0
    by_cause: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[SnapshotPart, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the manifest has it; counts are left out where nothing was compared."""
        if self.not_compared:
            return {"predecessor": self.predecessor, "not_compared": self.not_compared}
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "SnapshotChanges":
        """Return what `to_json` wrote; raises SnapshotCorruptError on anything else."""
        try:
            parts = tuple(SnapshotPart(**part) for part in plain.get("parts", ()))
            return cls(**{**plain, "parts": parts})
        except (TypeError, AttributeError):
            raise SnapshotCorruptError("A manifest has changes that this version cannot read.") from None


@dataclass(frozen=True, slots=True)
class ComparisonProgress:
    """How far a comparison is: rows taken of each side, what was found in them, and what may still be asked.

    It holds no address: a side goes on behind a number of rows. `index` is the digest of the predecessor's:
    it is another once somebody is forgotten, and rows have moved. `moved` is as in HidingChanges.
    """

    predecessor: str
    left: LookUps
    rows_before: int = 0
    rows_after: int = 0
    by_kind: Mapping[str, int] = field(default_factory=dict)
    by_cause: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[SnapshotPart, ...] = ()
    index: str = ""
    moved: tuple[str, ...] = ()

    def summed(self) -> SnapshotChanges:
        """Return what the manifest says once all rows are compared."""
        added, removed, reason_changed = (self.by_kind.get(kind, 0) for kind in ChangeKind)
        by_cause = dict(sorted(self.by_cause.items()))
        return SnapshotChanges(self.predecessor, None, added, removed, reason_changed, by_cause, self.parts)


def save_progress(store: SnapshotStore, run: SnapshotRun, progress: ComparisonProgress) -> str:
    """Store how far a comparison is; return the name to load it by: a late call cannot replace it."""
    body = json.dumps(asdict(progress)).encode()
    name = f"changes-{progress.rows_after:09d}-{sha256(body).hexdigest()[:16]}"
    store.put(run.comparison_key(name), body)
    return name


def load_progress(store: SnapshotStore, run: SnapshotRun, name: str) -> ComparisonProgress:
    """Load how far a comparison is. Raises SnapshotCorruptError where it is missing."""
    stored = store.fetch(run.comparison_key(name))
    if stored is None:
        raise SnapshotCorruptError(f"{run.comparison_key(name)} is missing.")
    fields = parse_json(stored.body)
    parts = tuple(SnapshotPart(**part) for part in fields.pop("parts"))
    decoded = {"left": LookUps(**fields["left"]), "parts": parts, "moved": tuple(fields.pop("moved", ()))}
    return ComparisonProgress(**{**fields, **decoded})
