"""The changes of a finished snapshot, for whoever reads them."""

from collections.abc import Iterator

from ses_reputation.suppression.changes.cause import ChangeCause
from ses_reputation.suppression.changes.comparison import NEVER_COMPARED, SnapshotChanges
from ses_reputation.suppression.changes.row_change import RowChange, decode_change
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import UNREADABLE, corrupt_part
from ses_reputation.suppression.snapshot.snapshot_reader import stream_lines
from ses_reputation.suppression.store import SnapshotStore


def stream_snapshot_changes(
    store: SnapshotStore, run: SnapshotRun, changes: SnapshotChanges
) -> Iterator[tuple[RowChange, ChangeCause]]:
    """Yield the changes of a snapshot with their causes, in the order of rows, holding one part at a time.

    Raises SnapshotCorruptError where a part is missing, or is not what the manifest describes.
    """
    for lines in stream_lines(store, run, changes.parts):
        try:
            yield from map(decode_change, lines)
        except UNREADABLE as error:
            raise corrupt_part(f"A part of the changes of {run.run_id}", error) from None


def changes_of_manifest(
    store: SnapshotStore, manifest: Manifest
) -> tuple[SnapshotChanges, Iterator[tuple[RowChange, ChangeCause]]]:
    """Return what a snapshot's manifest says of its changes, and the changes themselves, read as they come.

    Raises SnapshotCorruptError where the manifest's changes cannot be read.
    """
    if manifest.changes is None:
        return SnapshotChanges(not_compared=NEVER_COMPARED), iter(())
    changes = SnapshotChanges.from_json(manifest.changes)
    return changes, stream_snapshot_changes(store, manifest.run, changes)
