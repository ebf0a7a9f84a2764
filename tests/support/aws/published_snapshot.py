"""A finished snapshot, written with the pieces that an export ends with."""

from collections.abc import Iterable

from ses_reputation.suppression.listing.destination import encode_line, order_of
from ses_reputation.suppression.snapshot.block_index import StoredIndex
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, publish_manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, pack_lines
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, suppress


def publish_snapshot(
    store: SnapshotStore, target: Target, addresses: Iterable[str], run_id: str = "20261121T120000Z"
) -> Manifest:
    """Write a snapshot of bounces, in one part."""
    rows = sorted(map(suppress, addresses), key=lambda row: order_of(row.email_address))
    run = SnapshotRun(target, run_id)
    packed = pack_lines([encode_line(row) for row in rows])
    store.put(run.part_key(1), packed.body)
    part = SnapshotPart(
        run.part_key(1).removeprefix(run.prefix), packed.rows, len(packed.body), packed.sha256
    )
    index = StoredIndex("index.json.gz", 0, "")
    total = len(rows)
    manifest = Manifest(run, NOON, NOON, NOON, total, {"BOUNCE": total}, total, 0, 0, (part,), index)
    return publish_manifest(store, manifest)
