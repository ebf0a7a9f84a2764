"""A finished snapshot, written once more as Parquet, for engines that query files."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError, SuppressionError
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import parquet_key, parquet_prefix
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.snapshot.snapshot_reader import fetch_part
from ses_reputation.suppression.snapshot.superseding import TaggingStore, mark_if_older


class ParquetFile(NamedTuple):
    """What a writer of Parquet made: the file's bytes, and how many rows it counts in it."""

    body: bytes
    rows: int


WriteParquet = Callable[[bytes, str], ParquetFile]
"""Makes a file of lines of NDJSON and the run's id; raises SuppressionError where it cannot."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many files a call wrote, and why parts are missing, by their names."""

    manifest: Manifest
    written: int
    failed: dict[str, str]


def convert_snapshot(store: TaggingStore, manifest_key: str, write: WriteParquet) -> Conversion:
    """Write the Parquet of each finished part that has none yet, in the parts' order of rows.

    Repeating it is harmless, and goes on where a call was cut off. It only reads the snapshot. A part that
    cannot be converted does not keep the others from it. Raises SnapshotMissingError, or SnapshotCorruptError
    where the manifest itself cannot be read.
    """
    manifest = _load(store, manifest_key)
    is_there = set(store.list_keys(parquet_prefix(manifest.run)))
    written, failed = 0, dict[str, str]()
    for number, part in enumerate(manifest.parts, 1):
        key = parquet_key(manifest.run, number)
        if key in is_there:
            continue
        try:
            store.put(key, _convert(store, manifest, part, write))
            written += 1
        except SuppressionError as error:
            failed[part.name] = str(error)
    # A newer snapshot may have been finished meanwhile, and found no Parquet to mark.
    mark_if_older(store, manifest.run)
    return Conversion(manifest, written, failed)


def _load(store: TaggingStore, key: str) -> Manifest:
    stored = store.fetch(key)
    if stored is None:
        raise SnapshotMissingError(f"{key} is missing: that run is unknown, unfinished or expired.")
    return Manifest.from_json(key, stored.body)


def _convert(store: TaggingStore, manifest: Manifest, part: SnapshotPart, write: WriteParquet) -> bytes:
    lines = gzip.decompress(fetch_part(store, manifest, part))
    made = write(lines, manifest.run.run_id)
    if made.rows != part.rows:
        raise SnapshotCorruptError(
            f"{part.name}: its Parquet has {made.rows} rows, but its manifest says {part.rows}."
        )
    return made.body
