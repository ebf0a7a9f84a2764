"""Snapshots written directly into a store, as a finished export leaves them."""

import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
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
    started_at: datetime | None = None,
) -> Manifest:
    """Write a complete snapshot; it is read at its run's own time, unless another is given."""
    parts = write_parts(store, run, rows, rows_per_part)
    scheduled_at = datetime.strptime(run.run_id, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    manifest = Manifest(
        run,
        scheduled_at=scheduled_at,
        started_at=started_at or scheduled_at,
        finished_at=started_at or scheduled_at,
        total=len(rows),
        by_reason=dict(Counter(row.reason for row in rows)),
        rows_read=len(rows),
        rows_repeated=0,
        chains_restarted=0,
        parts=tuple(parts),
        index=_write_index(store, run, parts),
    )
    return publish_manifest(store, manifest)


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
