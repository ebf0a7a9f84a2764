"""The end of a run: sorted raw parts become sorted parts in which each address stands once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from ses_reputation.suppression.changes.comparing import Compare, ComparisonStep
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.export.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from ses_reputation.suppression.export.merge_rows import RowMerge
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.export.raw_parts import RawPartReader
from ses_reputation.suppression.listing.destination import count_forgotten, count_reasons
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.block_index import IndexedBlock, StoredIndex, pack_index
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, point_to_latest, publish_manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, index_blocks, pack_lines
from ses_reputation.suppression.snapshot.snapshot_reader import find_manifest
from ses_reputation.suppression.store import SnapshotStore

# Shared by all raw parts open at once: a longer list opens more of them, each through a smaller window.
_WINDOWS_BYTES = 16 * 1024 * 1024
_SMALLEST_WINDOW_BYTES = 16 * 1024
_LARGEST_WINDOW_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class MergeStep:
    """The export a call hands on, and the manifest once the snapshot is finished."""

    export: Export
    manifest: Manifest | None = None


def _compare_nothing(_run: SnapshotRun, _parts: Sequence[SnapshotPart], _name: str | None) -> ComparisonStep:
    return ComparisonStep()


@dataclass(frozen=True, slots=True)
class ManifestAdditions:
    """What a manifest says besides its rows: the list's settings, and what changed since the one before."""

    settings: Mapping[str, Any] | None = None
    compare: Compare = _compare_nothing


NO_ADDITIONS = ManifestAdditions()


def merge_parts(
    store: SnapshotStore,
    export: Export,
    settings: ExportSettings,
    seconds_left: Callable[[], float],
    now: Callable[[], datetime],
    additions: ManifestAdditions = NO_ADDITIONS,
) -> MergeStep:
    """Write finished parts until the rows or the time end; after the last, index, manifest and `latest.json`.

    Before the manifest, the finished parts are compared with the snapshot before, which may take calls, too.

    Every part is a function of the raw parts alone, so a repeated or interrupted call writes the same bytes
    again. A call goes on where its checkpoint says, and decodes nothing before that but the blocks that
    were begun. Memory grows by some 45 KB for each raw part (50,000 rows) and no more.
    Raises SnapshotCorruptError when raw parts are missing or do not add up.
    """
    published = find_manifest(store, export.run)
    if published is not None:
        point_to_latest(store, published)
        return MergeStep(replace(export, status="complete"), published)
    merged, is_finished = _write_parts(store, export, settings, seconds_left)
    if not is_finished:
        return MergeStep(save_checkpoint(store, export, merged))
    _check_arithmetic(export, merged)
    compared = additions.compare(export.run, merged.parts, export.comparison)
    if compared.progress:
        return MergeStep(save_checkpoint(store, replace(export, comparison=compared.progress), merged))
    index = _store_index(store, export, merged)
    described = describe_export(export, merged, index, now())
    changes = compared.changes.to_json() if compared.changes else None
    manifest = publish_manifest(store, replace(described, settings=additions.settings, changes=changes))
    return MergeStep(replace(export, status="complete"), manifest)


def _write_parts(
    store: SnapshotStore, export: Export, settings: ExportSettings, seconds_left: Callable[[], float]
) -> tuple[Checkpoint, bool]:
    merged = load_checkpoint(store, export)
    readers = _open_raw_parts(store, export, merged.offsets)
    merge = RowMerge(readers, merged.after)
    while True:
        lines, after, repeated = _take_part(merge, settings.rows_per_part)
        if lines:
            part, blocks = _store_part(store, export, len(merged.parts) + 1, lines)
            merged = Checkpoint(
                (*merged.parts, part),
                (*merged.blocks, *blocks),
                dict(Counter(merged.rows_by_reason) + count_reasons(lines)),
                merged.rows_repeated + repeated,
                merged.forgotten + count_forgotten(lines),
                after,
                tuple(reader.offset_behind(after) for reader in readers),
            )
        if len(lines) < settings.rows_per_part:
            return merged, True
        if seconds_left() < settings.margin_seconds:
            return merged, False


def _take_part(merge: RowMerge, rows_per_part: int) -> tuple[list[str], str, int]:
    lines, after, repeated = list[str](), "", 0
    while len(lines) < rows_per_part and (taken := merge.take(rows_per_part - len(lines))):
        lines += taken.lines
        after = taken.last_key
        repeated += taken.rows_repeated
    return lines, after, repeated


def _store_part(
    store: SnapshotStore, export: Export, number: int, lines: Sequence[str]
) -> tuple[SnapshotPart, list[IndexedBlock]]:
    key, packed = export.run.part_key(number), pack_lines(lines)
    store.put(key, packed.body)
    name = key.removeprefix(export.run.prefix)
    part = SnapshotPart(name, packed.rows, len(packed.body), packed.sha256)
    return part, index_blocks(name, lines, packed)


def _store_index(store: SnapshotStore, export: Export, merged: Checkpoint) -> StoredIndex:
    key, body = export.run.index_key, pack_index(merged.blocks)
    store.put(key, body)
    return StoredIndex(key.removeprefix(export.run.prefix), len(body), sha256(body).hexdigest())


def _open_raw_parts(store: SnapshotStore, export: Export, offsets: Sequence[int]) -> list[RawPartReader]:
    """Open the raw parts, each to be read through its window from its offset on."""
    reading = export.reading
    share = _WINDOWS_BYTES // max(1, len(reading.raw_parts))
    window_bytes = min(_LARGEST_WINDOW_BYTES, max(_SMALLEST_WINDOW_BYTES, share))
    readers = []
    for name, offset in zip(reading.raw_parts, offsets, strict=True):
        key = export.run.raw_part_key(reading.chain, name)
        readers.append(RawPartReader(key, store.stream(key, window_bytes, offset), offset))
    return readers


def _check_arithmetic(export: Export, merged: Checkpoint) -> None:
    rows_read = export.reading.rows
    rows_kept = sum(part.rows for part in merged.parts)
    if rows_kept + merged.rows_repeated != rows_read:
        raise SnapshotCorruptError(
            f"{export.run.prefix}: {rows_read} rows were read, but {rows_kept} are in parts"
            f" and {merged.rows_repeated} repeat them."
        )


def describe_export(
    export: Export, merged: Checkpoint, index: StoredIndex, finished_at: datetime
) -> Manifest:
    """Return the manifest of an export whose parts and index are written."""
    reading = export.reading
    return Manifest(
        run=export.run,
        scheduled_at=export.scheduled_at,
        started_at=export.started_at,
        finished_at=finished_at,
        total=sum(part.rows for part in merged.parts),
        by_reason=dict(sorted(merged.rows_by_reason.items())),
        rows_read=reading.rows,
        rows_repeated=merged.rows_repeated,
        chains_restarted=reading.chain - 1,
        parts=merged.parts,
        index=index,
        forgotten=merged.forgotten,
        window={"began_at": reading.began_at, "exact_at": reading.exact_at},
    )
