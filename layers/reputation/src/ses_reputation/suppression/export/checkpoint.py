"""How far a merge is, between two calls: an object beside the raw parts, since it holds an address."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.snapshot.block_index import IndexedBlock
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The parts that are written, their blocks, and counts of what they took in.

    `after` is the key of the last row in them, and `offsets` where each raw part goes on: at its first block
    that has a row behind that key.
    """

    parts: tuple[SnapshotPart, ...] = ()
    blocks: tuple[IndexedBlock, ...] = ()
    rows_by_reason: Mapping[str, int] = field(default_factory=dict)
    rows_repeated: int = 0
    forgotten: int = 0
    after: str | None = None
    offsets: tuple[int, ...] = ()


def save_checkpoint(store: SnapshotStore, export: Export, checkpoint: Checkpoint) -> Export:
    """Store how far the merge is; return the export that names it."""
    body = json.dumps(asdict(checkpoint)).encode()
    name = f"merge-{len(checkpoint.parts):05d}-{sha256(body).hexdigest()[:16]}"
    store.put(export.run.checkpoint_key(export.reading.chain, name), body)
    return replace(export, checkpoint=name)


def load_checkpoint(store: SnapshotStore, export: Export) -> Checkpoint:
    """Load how far the merge is: nowhere, where no call has said more. Raises SnapshotCorruptError."""
    if export.checkpoint is None:
        return Checkpoint(offsets=(0,) * len(export.reading.raw_parts))
    key = export.run.checkpoint_key(export.reading.chain, export.checkpoint)
    stored = store.fetch(key)
    if stored is None:
        raise SnapshotCorruptError(f"{key} is missing.")
    fields = parse_json(stored.body)
    parts = tuple(SnapshotPart(**part) for part in fields.pop("parts"))
    blocks = tuple(IndexedBlock(*block) for block in fields.pop("blocks"))
    return Checkpoint(parts, blocks, offsets=tuple(fields.pop("offsets")), **fields)
