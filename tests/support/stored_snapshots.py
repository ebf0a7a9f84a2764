"""Snapshots made of rows in a store, by the export's own steps."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from ses_reputation.suppression.export.merge_parts import merge_parts
from ses_reputation.suppression.export.progress import Export, ReadProgress
from ses_reputation.suppression.export.raw_parts import pack_raw_part
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON

TARGET = Target("111122223333", "us-east-1")


def store_snapshot(
    store: SnapshotStore,
    rows: Iterable[SuppressedDestination],
    scheduled_at: datetime = NOON,
    target: Target = TARGET,
    rows_per_part: int = 100_000,
) -> Manifest:
    """Store a finished snapshot, which took from 2 seconds after its time to 10 minutes after it."""
    run, rows = SnapshotRun(target, name_run(scheduled_at)), list(rows)
    store.put(run.raw_part_key(1, "all"), pack_raw_part(rows).body)
    reading = ReadProgress(raw_parts=("all",) if rows else (), pages=1, rows=len(rows))
    export = Export(run, scheduled_at, scheduled_at + timedelta(seconds=2), "merging", reading)
    limits: Any = {"rows_per_part": rows_per_part}
    settings = ExportSettings("bucket", **limits)
    finished_at = scheduled_at + timedelta(minutes=10)
    manifest = merge_parts(store, export, settings, lambda: 300.0, lambda: finished_at).manifest
    assert manifest
    return manifest
