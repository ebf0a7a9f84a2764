"""The end of a run: sorted raw parts become sorted parts in which each address stands once."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import dropwhile, islice

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.export.progress import Export, MergeProgress
from ses_reputation.suppression.listing.destination import SuppressedDestination, settle_repeats
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.manifest import Manifest, point_to_latest, publish_manifest
from ses_reputation.suppression.snapshot.parts import PackedPart, SnapshotPart, pack_rows, unpack_rows
from ses_reputation.suppression.store import SnapshotStore

# Shared by all raw parts open at once: a longer list opens more of them, each through a smaller window.
_WINDOWS_BYTES = 4 * 1024 * 1024
_SMALLEST_WINDOW_BYTES = 8 * 1024
_LARGEST_WINDOW_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class MergeStep:
    """The export a call hands on, and the manifest once the snapshot is finished."""

    export: Export
    manifest: Manifest | None = None


@dataclass(slots=True)
class _Tally:
    """Counts rows on their way into a part."""

    rows_by_reason: Counter[str]
    rows_repeated: int

    def count(self, settled: Iterable[tuple[SuppressedDestination, int]]) -> Iterator[SuppressedDestination]:
        for row, rows_seen in settled:
            self.rows_by_reason[row.reason] += 1
            self.rows_repeated += rows_seen - 1
            yield row


def merge_parts(
    store: SnapshotStore,
    export: Export,
    settings: ExportSettings,
    seconds_left: Callable[[], float],
    now: Callable[[], datetime],
) -> MergeStep:
    """Write finished parts until the rows or the time end; after the last, the manifest and `latest.json`.

    Every part is a function of the raw parts alone, so a repeated or interrupted call writes the same bytes
    again. Rows are streamed: memory grows by some 64 KB for each raw part (50,000 rows) and no more.
    Raises SnapshotCorruptError when raw parts are missing or do not add up.
    """
    published = store.fetch(export.run.manifest_key)
    if published is not None:
        manifest = Manifest.from_json(export.run.manifest_key, published.body)
        point_to_latest(store, manifest)
        return MergeStep(replace(export, status="complete"), manifest)
    merged, is_finished = _write_parts(store, export, settings, seconds_left)
    if not is_finished:
        return MergeStep(merged)
    _check_arithmetic(merged)
    manifest = publish_manifest(store, describe_export(merged, now()))
    return MergeStep(replace(merged, status="complete"), manifest)


def _write_parts(
    store: SnapshotStore, export: Export, settings: ExportSettings, seconds_left: Callable[[], float]
) -> tuple[Export, bool]:
    merging = export.merging
    settled = settle_repeats(_merge_rows(store, export, _find_last_address(store, export)))
    while True:
        tally = _Tally(Counter(merging.rows_by_reason), merging.rows_repeated)
        packed = pack_rows(tally.count(islice(settled, settings.rows_per_part)))
        if packed.rows:
            parts = (*merging.parts, _store_part(store, export, len(merging.parts) + 1, packed))
            merging = MergeProgress(parts, dict(tally.rows_by_reason), tally.rows_repeated)
        if packed.rows < settings.rows_per_part:
            return replace(export, merging=merging), True
        if seconds_left() < settings.margin_seconds:
            return replace(export, merging=merging), False


def _store_part(store: SnapshotStore, export: Export, number: int, packed: PackedPart) -> SnapshotPart:
    key = export.run.part_key(number)
    store.put(key, packed.body)
    return SnapshotPart(key.removeprefix(export.run.prefix), packed.rows, len(packed.body), packed.sha256)


def _merge_rows(store: SnapshotStore, export: Export, after: str | None) -> Iterator[SuppressedDestination]:
    """Merge the raw parts, reading each through its window, from behind an address on."""
    reading = export.reading
    share = _WINDOWS_BYTES // max(1, len(reading.raw_parts))
    window_bytes = min(_LARGEST_WINDOW_BYTES, max(_SMALLEST_WINDOW_BYTES, share))
    streams = []
    for name in reading.raw_parts:
        key = export.run.raw_part_key(reading.chain, name)
        rows = unpack_rows(key, store.stream(key, window_bytes), window_bytes)
        streams.append(rows if after is None else dropwhile(lambda row: row.email_address <= after, rows))
    return heapq.merge(*streams)


def _find_last_address(store: SnapshotStore, export: Export) -> str | None:
    """Read where the parts written so far end: the workflow's state must hold no address."""
    if not export.merging.parts:
        return None
    key = export.run.part_key(len(export.merging.parts))
    last = deque(unpack_rows(key, store.stream(key, _LARGEST_WINDOW_BYTES)), maxlen=1)
    return last[0].email_address if last else None


def _check_arithmetic(export: Export) -> None:
    merging, rows_read = export.merging, export.reading.rows
    rows_kept = sum(part.rows for part in merging.parts)
    if rows_kept + merging.rows_repeated != rows_read:
        raise SnapshotCorruptError(
            f"{export.run.prefix}: {rows_read} rows were read, but {rows_kept} are in parts"
            f" and {merging.rows_repeated} repeat them."
        )


def describe_export(export: Export, finished_at: datetime) -> Manifest:
    """Return the manifest of an export whose parts are all written."""
    reading, merging = export.reading, export.merging
    return Manifest(
        run=export.run,
        scheduled_at=export.scheduled_at,
        started_at=export.started_at,
        finished_at=finished_at,
        total=sum(part.rows for part in merging.parts),
        by_reason=dict(sorted(merging.rows_by_reason.items())),
        rows_read=reading.rows,
        rows_repeated=merging.rows_repeated,
        chains_restarted=reading.chain - 1,
        parts=merging.parts,
    )
