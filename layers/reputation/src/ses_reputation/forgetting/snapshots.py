"""Every finished snapshot without a person's address, its Parquet, and all older versions of what held it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.person import Person
from ses_reputation.forgetting.snapshot_rows import SnapshotTraces, find_traces, hide_person
from ses_reputation.forgetting.store import ErasableStore, ObjectVersion
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.location import SnapshotRun, is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import parquet_prefix
from ses_reputation.suppression.snapshot.snapshot_reader import find_manifest, list_targets

# S3 answers in some 30 ms, and a year of a list is hundreds of snapshots.
_SNAPSHOTS_AT_ONCE = 16
_OBJECTS_AT_ONCE = 8


def finished_runs(store: ErasableStore, erasure: Erasure) -> Iterator[Manifest]:
    """Yield the manifests of all lists; one that cannot be read is noted."""
    for target in list_targets(store):
        for folder in filter(is_run_id, store.list_folders(target.prefix)):
            run = SnapshotRun(target, folder)
            try:
                manifest = find_manifest(store, run)
            except SnapshotCorruptError:
                erasure.unread.append(run.manifest_key)
                continue
            if manifest is not None:
                yield manifest


def erase_from_snapshots(
    store: ErasableStore,
    person: Person,
    erasure: Erasure,
    on_snapshot: Callable[[int], None],
    *,
    applies: bool,
) -> list[Manifest]:
    """Hide a person in all finished snapshots, or only count; return the manifests as they then stand.

    Each is whole at any time: new parts, then the manifest, then the end of the old ones. What is cut off is
    found again. It may then have left old parts: erase_from_objects looks into whatever no manifest names.
    """
    standing = []
    manifests = list(finished_runs(store, erasure))
    with ThreadPoolExecutor(_SNAPSHOTS_AT_ONCE) as threads:
        for number, (manifest, traces) in enumerate(threads.map(partial(_look, store, person), manifests), 1):
            if traces is None:
                erasure.unread.append(manifest.run.manifest_key)
            elif traces.rows or traces.changes:
                hiding = _Hiding(store, person, erasure, applies)
                manifest = hiding.hide(manifest, traces)  # noqa: PLW2901
            standing.append(manifest)
            on_snapshot(number)
    return standing


def _look(store: ErasableStore, person: Person, manifest: Manifest) -> tuple[Manifest, SnapshotTraces | None]:
    try:
        return manifest, find_traces(store, manifest, person)
    except SnapshotCorruptError:
        return manifest, None


@dataclass(frozen=True, slots=True)
class _Hiding:
    """Hides a person in one snapshot, or only counts."""

    store: ErasableStore
    person: Person
    erasure: Erasure
    applies: bool

    def hide(self, manifest: Manifest, traces: SnapshotTraces) -> Manifest:
        """Return the manifest as it then stands; a snapshot that is damaged is noted, and stays as it is."""
        parquet = list(self.store.list_versions(parquet_prefix(manifest.run)))
        found = manifest
        if self.applies:
            try:
                found = self._rewrite(manifest, parquet)
            except SnapshotCorruptError:
                self.erasure.unread.append(manifest.run.manifest_key)
                return manifest
        self.erasure.counts[ErasedKind.SNAPSHOT] += 1
        self.erasure.counts[ErasedKind.SNAPSHOT_ROW] += traces.rows
        self.erasure.counts[ErasedKind.CHANGE] += traces.changes
        self.erasure.counts[ErasedKind.PARQUET] += sum(self.applies or each.is_current for each in parquet)
        return found

    def _rewrite(self, manifest: Manifest, parquet: Sequence[ObjectVersion]) -> Manifest:
        store, run = self.store, manifest.run
        hidden = hide_person(store, manifest, self.person)
        is_superseded = store.is_superseded(run.manifest_key)
        # Days of S3's lifecycle count for each object: what stays as it is must not expire before the rest.
        self._renew(
            [run.prefix + name for name in names_in(hidden.manifest) if name not in hidden.objects],
            is_superseded=is_superseded,
        )
        for name, body in hidden.objects.items():
            store.put_like(run.prefix + name, body, is_superseded=is_superseded)
        # S3 tells the function of the new manifest, which makes the Parquet again: the old must be gone then.
        for version in parquet:
            store.delete_version(version)
        store.put_like(run.manifest_key, hidden.manifest.to_bytes(), is_superseded=is_superseded)
        for name in hidden.left:
            for version in store.list_versions(run.prefix + name):
                store.delete_version(version)
        return hidden.manifest

    def _renew(self, keys: Sequence[str], *, is_superseded: bool) -> None:
        renew = partial(self.store.renew, is_superseded=is_superseded)
        with ThreadPoolExecutor(_OBJECTS_AT_ONCE) as threads:
            if not all(list(threads.map(renew, keys))):
                raise SnapshotCorruptError("objects of a snapshot are missing")


def names_in(manifest: Manifest) -> list[str]:
    """Return the names of the objects that a manifest describes."""
    changes: Mapping[str, list[Mapping[str, str]]] = manifest.changes or {}
    own = [part.name for part in manifest.parts]
    return [manifest.index.name, *own, *(part["name"] for part in changes.get("parts", ()))]
