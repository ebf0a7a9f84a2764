"""Snapshots written directly into a store, as a finished export leaves them."""

import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line, order_of
from ses_reputation.suppression.snapshot.block_index import StoredIndex, pack_index
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, publish_manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, index_blocks, pack_lines, split_lines
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

LIST = Target("222222222222", "eu-west-1")
BEFORE, AFTER = SnapshotRun(LIST, "20261126T070000Z"), SnapshotRun(LIST, "20261127T070000Z")


def write_parts(
    store: SnapshotStore, run: SnapshotRun, rows: Iterable[SuppressedDestination], rows_per_part: int = 100
) -> list[SnapshotPart]:
    """Write rows as the finished parts of a run."""
    lines = [encode_line(row) for row in sorted(rows, key=lambda row: order_of(row.email_address))]
    return [
        write_part(store, run, number, lines[at : at + rows_per_part])
        for number, at in enumerate(range(0, len(lines), rows_per_part), start=1)
    ]


def write_part(store: SnapshotStore, run: SnapshotRun, number: int, lines: Sequence[str]) -> SnapshotPart:
    """Write lines as one finished part."""
    packed, key = pack_lines(lines), run.part_key(number)
    store.put(key, packed.body)
    return SnapshotPart(key.removeprefix(run.prefix), packed.rows, len(packed.body), packed.sha256)


def write_snapshot(
    store: SnapshotStore,
    run: SnapshotRun,
    rows: Sequence[SuppressedDestination],
    rows_per_part: int = 100,
) -> Manifest:
    """Write a complete snapshot, read at its run's own time."""
    parts = write_parts(store, run, rows, rows_per_part)
    manifest = replace(
        manifest_of(run, parts),
        by_reason=dict(Counter(row.reason for row in rows)),
        index=_write_index(store, run, parts),
    )
    return publish_manifest(store, manifest)


def manifest_of(run: SnapshotRun, parts: Sequence[SnapshotPart]) -> Manifest:
    """Return the manifest of parts, without an index; they were read at their run's own time."""
    at = datetime.strptime(run.run_id, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    rows = sum(part.rows for part in parts)
    return Manifest(
        run,
        scheduled_at=at,
        started_at=at,
        finished_at=at,
        total=rows,
        by_reason={},
        rows_read=rows,
        rows_repeated=0,
        chains_restarted=0,
        parts=tuple(parts),
        index=StoredIndex("index.json.gz", 0, ""),
    )


def _write_index(store: SnapshotStore, run: SnapshotRun, parts: Iterable[SnapshotPart]) -> StoredIndex:
    blocks = []
    for part in parts:
        stored = store.fetch(run.prefix + part.name)
        assert stored is not None
        lines = split_lines(gzip.decompress(stored.body))
        blocks += index_blocks(part.name, lines, pack_lines(lines))
    body = pack_index(blocks)
    store.put(run.index_key, body)
    return StoredIndex(run.index_key.removeprefix(run.prefix), len(body), sha256(body).hexdigest())
