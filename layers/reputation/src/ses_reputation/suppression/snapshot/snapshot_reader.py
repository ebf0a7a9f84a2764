"""Finished snapshots, for whoever reads them: which there are, and what is in one."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.snapshot.location import SnapshotRun, is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, unpack_lines, unpack_rows
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import ROOT, Target, target_of_folder

# S3 answers in some 30 ms: hundreds of accounts and Regions would take many seconds one after another.
_LISTINGS_AT_ONCE = 16


def list_targets(store: SnapshotStore, account: str = "") -> Iterator[Target]:
    """Yield the lists that have runs, by account, Region and tenant; folders are listed several at once.

    account: the only one whose lists are wanted.
    """

    def list_inside(folder: str) -> list[str]:
        return [f"{folder}{name}/" for name in store.list_folders(folder)]

    folders = [f"{ROOT}{account}/"] if account else list_inside(ROOT)
    accounts = [folder for folder in folders if folder.removeprefix(ROOT)[:-1].isdigit()]
    with ThreadPoolExecutor(_LISTINGS_AT_ONCE) as threads:
        regions = list(chain.from_iterable(threads.map(list_inside, accounts)))
        for folder in chain.from_iterable(threads.map(list_inside, regions)):
            target = target_of_folder(*folder.removeprefix(ROOT)[:-1].split("/"))
            if target is not None:
                yield target


def list_snapshots(store: SnapshotStore, target: Target) -> Iterator[Manifest]:
    """Yield the manifests of finished snapshots, oldest first; runs that are not finished do not show."""
    for folder in store.list_folders(target.prefix):
        if is_run_id(folder):
            manifest = find_manifest(store, SnapshotRun(target, folder))
            if manifest is not None:
                yield manifest


def find_manifest(store: SnapshotStore, run: SnapshotRun) -> Manifest | None:
    """Return the manifest of a run's snapshot, or None where it is not finished.

    Raises SnapshotCorruptError.
    """
    stored = store.fetch(run.manifest_key)
    return None if stored is None else Manifest.from_json(run.manifest_key, stored.body)


def load_manifest(store: SnapshotStore, target: Target, run_id: str | None = None) -> Manifest:
    """Load the manifest of a run, or of the newest finished one.

    Raises SnapshotMissingError or SnapshotCorruptError.
    """
    run = SnapshotRun(target, run_id or _find_latest(store, target))
    manifest = find_manifest(store, run)
    if manifest is None:
        raise SnapshotMissingError(
            f"No snapshot {run.run_id} of the list of {target.name} is complete: that run is unknown, "
            "unfinished or expired. `ses-reputation suppression snapshots` names those that there are."
        )
    return manifest


def stream_rows(store: SnapshotStore, manifest: Manifest) -> Iterator[SuppressedDestination]:
    """Yield all rows of a snapshot in order (`order_of`), each part only after its digest was verified.

    Holds one part at a time. Raises SnapshotCorruptError, naming the part, before handing out a row of it.
    """
    for part in manifest.parts:
        yield from _unpack_counted(manifest.run.prefix + part.name, fetch_part(store, manifest, part), part)


def stream_lines(
    store: SnapshotStore, run: SnapshotRun, parts: Sequence[SnapshotPart], behind_rows: int = 0
) -> Iterator[list[str]]:
    """Yield the lines of a snapshot behind so many rows, some at a time; else it is as `stream_rows`."""
    for part in parts:
        if behind_rows >= part.rows:
            behind_rows -= part.rows
            continue
        key, count = run.prefix + part.name, 0
        for lines in unpack_lines(key, [_fetch_verified(store, key, part)]):
            count += len(lines)
            yield lines[behind_rows:]
            behind_rows -= min(behind_rows, len(lines))
        _check_count(key, count, part)


def _find_latest(store: SnapshotStore, target: Target) -> str:
    stored = store.fetch(target.latest_key)
    if stored is None:
        raise SnapshotMissingError(
            f"No snapshot of the list of {target.name} is complete yet: `ses-reputation suppression export` "
            "makes one now, the daily export the next."
        )
    try:
        run_id = parse_json(stored.body)["run"]
    except (ValueError, KeyError, TypeError):
        run_id = None
    if not isinstance(run_id, str) or not is_run_id(run_id):
        raise SnapshotCorruptError(f"{target.latest_key} does not name a run.")
    return run_id


def fetch_part(store: SnapshotStore, manifest: Manifest, part: SnapshotPart) -> bytes:
    """Fetch the bytes of a part; raises SnapshotCorruptError where they are not what the manifest says."""
    return _fetch_verified(store, manifest.run.prefix + part.name, part)


def _fetch_verified(store: SnapshotStore, key: str, part: SnapshotPart) -> bytes:
    stored = store.fetch(key)
    if stored is None:
        raise SnapshotCorruptError(f"{key} is missing.")
    if hashlib.sha256(stored.body).hexdigest() != part.sha256:
        raise SnapshotCorruptError(f"{key} is not what the manifest describes: its SHA-256 differs.")
    return stored.body


def _unpack_counted(key: str, body: bytes, part: SnapshotPart) -> Iterator[SuppressedDestination]:
    count = 0
    for row in unpack_rows(key, [body]):
        count += 1
        yield row
    _check_count(key, count, part)


def _check_count(key: str, count: int, part: SnapshotPart) -> None:
    if count != part.rows:
        raise SnapshotCorruptError(f"{key} holds {count} rows, but its manifest says {part.rows}.")
