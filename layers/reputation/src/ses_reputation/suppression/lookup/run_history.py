"""What the finished snapshots of one list say of one address, each read only when it is asked for."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.row_search import find_rows
from ses_reputation.suppression.snapshot.location import is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

_MOST_RENEWALS = 20


@dataclass(frozen=True, slots=True)
class SnapshotRows:
    """The rows of an address in a snapshot; `place` is that of its run among all of the list, from 0."""

    place: int
    manifest: Manifest
    rows: tuple[SuppressedDestination, ...]

    def row_of(self, spelling: str) -> SuppressedDestination | None:
        """Return the row of one spelling."""
        return next((row for row in self.rows if row.email_address == spelling), None)


@dataclass(frozen=True, slots=True)
class ListedSince:
    """Since when snapshots have had a spelling without a break.

    first: the oldest of them that was read. before: the snapshot before it, which has it not; None where
    there is none. is_older: the search ended before it found the oldest.
    """

    first: Manifest
    before: Manifest | None
    is_older: bool = False


@dataclass(slots=True)
class RunHistory:
    """The finished snapshots of a list, by the order of their runs.

    Snapshots that cannot be read are left out, as unfinished ones are, and counted in `unreadable`.
    """

    store: SnapshotStore
    target: Target
    address: str
    run_ids: tuple[str, ...]
    unreadable: set[str] = field(default_factory=set)
    _read: dict[int, SnapshotRows | None] = field(default_factory=dict)

    def read_snapshot(self, manifest: Manifest) -> SnapshotRows:
        """Read what a snapshot of this list has. Raises SnapshotCorruptError."""
        place = self.run_ids.index(manifest.run.run_id)
        found = self._read[place] = SnapshotRows(
            place, manifest, find_rows(self.store, manifest, self.address)
        )
        return found

    def at(self, place: int) -> SnapshotRows | None:
        """Return the newest finished snapshot that is not newer than the run at a place."""
        return next(self.back_from(place), None)

    def back_from(self, place: int) -> Iterator[SnapshotRows]:
        """Yield the finished snapshots from a place on, newest first."""
        return (found for at in range(place, -1, -1) if (found := self.read(at)) is not None)

    def read(self, place: int) -> SnapshotRows | None:
        """Read what the run at a place has, once; None where it is not finished, or cannot be read."""
        if place not in self._read:
            self._read[place] = self._find_rows(place)
        return self._read[place]

    def listed_since(self, place: int, row: SuppressedDestination) -> ListedSince | None:
        """Return since when a spelling is listed that the snapshot at a place has.

        SES gives an entry a later time when it is renewed, so all snapshots that have the very same row are
        those since one of them: that one is found by halving. The entry before it is looked for in the same
        way. None where that snapshot cannot be read any more.
        """
        since = None
        for _ in range(_MOST_RENEWALS):
            first = self.at(self._first_place(place, row))
            if first is None or row not in first.rows:
                return None
            before = self.at(first.place - 1)
            if before is None:
                return ListedSince(first.manifest, None)
            earlier = before.row_of(row.email_address)
            if earlier is None:
                return ListedSince(first.manifest, before.manifest)
            since = ListedSince(first.manifest, None, is_older=True)
            place, row = before.place, earlier
        return since

    def _first_place(self, place: int, row: SuppressedDestination) -> int:
        return bisect_left(range(place), True, key=lambda earlier: self._has(earlier, row))

    def _has(self, place: int, row: SuppressedDestination) -> bool:
        found = self.at(place)
        return found is not None and row in found.rows

    def _find_rows(self, place: int) -> SnapshotRows | None:
        try:
            return self.read_snapshot(load_manifest(self.store, self.target, self.run_ids[place]))
        except SnapshotMissingError:
            return None
        except SnapshotCorruptError:
            self.unreadable.add(self.run_ids[place])
            return None


def open_history(store: SnapshotStore, target: Target, address: str) -> RunHistory:
    """Name the runs of a list, finished or not, to look for an address in."""
    run_ids = tuple(filter(is_run_id, store.list_folders(target.prefix)))
    return RunHistory(store, target, address, run_ids)
