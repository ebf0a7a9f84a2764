"""Finished snapshots of any rows, without an export."""

from collections.abc import Sequence
from datetime import timedelta

from ses_reputation.suppression.snapshot.block_index import StoredIndex
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, publish_manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, pack_lines
from ses_reputation.suppression.store import SnapshotStore
from tests.support.in_memory.suppression import NOON


def describe_snapshot(run: SnapshotRun, total: int, parts: tuple[SnapshotPart, ...] = ()) -> Manifest:
    """Return a manifest that nobody looks up addresses with."""
    end, index = NOON + timedelta(minutes=1), StoredIndex("index.json.gz", 0, "")
    return Manifest(run, NOON, NOON, end, total, {}, total, 0, 0, parts, index)


def finish_snapshot(store: SnapshotStore, run: SnapshotRun, *parts: Sequence[str]) -> Manifest:
    """Write parts of these lines, and their manifest; return it."""
    described = []
    for number, lines in enumerate(parts, 1):
        packed = pack_lines(lines)
        store.put(run.part_key(number), packed.body)
        name = run.part_key(number).removeprefix(run.prefix)
        described.append(SnapshotPart(name, packed.rows, len(packed.body), packed.sha256))
    return publish_manifest(store, describe_snapshot(run, sum(map(len, parts)), tuple(described)))
