"""From raw parts to a finished snapshot."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from ses_reputation.suppression.changes.comparing import ComparisonStep
from ses_reputation.suppression.changes.comparison import SnapshotChanges
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.export import merge_rows, raw_parts
from ses_reputation.suppression.export.merge_parts import ManifestAdditions, MergeStep, merge_parts
from ses_reputation.suppression.export.progress import Export, ReadProgress
from ses_reputation.suppression.export.raw_parts import pack_raw_part
from ses_reputation.suppression.listing.destination import SuppressedDestination, read_addresses
from ses_reputation.suppression.snapshot import parts as snapshot_parts
from ses_reputation.suppression.snapshot.location import RAW_ROOT, SnapshotRun
from ses_reputation.suppression.snapshot.manifest import publish_manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.suppression_function import SETTINGS

TARGET = Target("111122223333", "us-east-1")
RUN = SnapshotRun(TARGET, "20261121T120000Z")
FINISHED = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)
RAW = [
    [suppress("a@example.com"), suppress("d@example.com"), suppress("g@example.com", "COMPLAINT")],
    [suppress("b@example.com"), suppress("d@example.com", "COMPLAINT", 5), suppress("h@example.com")],
    [suppress("c@example.com"), suppress("d@example.com"), suppress("e@example.com")],
]


def store_raw_parts(
    store: MemoryStore, raw: list[list[SuppressedDestination]] = RAW, run: SnapshotRun = RUN
) -> Export:
    names = tuple(f"{number:05d}-digest" for number in range(len(raw)))
    for name, rows in zip(names, raw, strict=True):
        store.put(run.raw_part_key(1, name), pack_raw_part(rows).body)
    reading = ReadProgress(raw_parts=names, pages=len(raw), rows=sum(len(rows) for rows in raw))
    return Export(run, NOON, NOON + timedelta(seconds=2), "merging", reading)


def merge(
    store: MemoryStore, export: Export, seconds_left: float = 300.0, finished_at: datetime = FINISHED
) -> MergeStep:
    return merge_parts(store, export, SETTINGS, lambda: seconds_left, lambda: finished_at)


def test_the_manifest_says_all_about_the_snapshot() -> None:
    store = MemoryStore()
    merge(store, store_raw_parts(store))
    fields = json.loads(store.objects[RUN.manifest_key])
    parts, index = fields.pop("parts"), store.objects[RUN.index_key]
    assert fields == {
        "format_version": 2,
        "complete": True,
        "account": "111122223333",
        "region": "us-east-1",
        "tenant": None,
        "window": {"began_at": "", "exact_at": ""},
        "settings": None,
        "changes": None,
        "run": "20261121T120000Z",
        "scheduled_at": "2026-11-21T12:00:00Z",
        "started_at": "2026-11-21T12:00:02Z",
        "finished_at": "2026-11-21T12:10:00Z",
        "total": 7,
        "by_reason": {"BOUNCE": 5, "COMPLAINT": 2},
        "rows_read": 9,
        "rows_repeated": 2,
        "chains_restarted": 0,
        "forgotten": 0,
        "index": {"name": "index.json.gz", "bytes": len(index), "sha256": sha256(index).hexdigest()},
    }
    assert [part["rows"] for part in parts] == [3, 3, 1]
    assert [part["name"] for part in parts] == [f"part-0000{number}.ndjson.gz" for number in (1, 2, 3)]
    assert [part["bytes"] for part in parts] == [len(store.objects[RUN.part_key(n)]) for n in (1, 2, 3)]


def test_rows_are_sorted_over_all_parts_and_the_latest_of_each_address_stands() -> None:
    store = MemoryStore()
    merge(store, store_raw_parts(store))
    rows = list(stream_rows(store, load_manifest(store, TARGET)))
    assert [row.email_address[0] for row in rows] == list("abcdegh")
    assert rows[3] == suppress("d@example.com", "COMPLAINT", 5)


def test_the_index_says_where_each_block_lies_and_with_which_row_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot_parts, "BLOCK_ROWS", 2)
    store = MemoryStore()
    raw = [[suppress(f"{name}@example.com") for name in ("b", "B", "c", "Ä", "a", "d", "e")]]
    merge(store, store_raw_parts(store, raw))
    index = json.loads(gzip.decompress(store.objects[RUN.index_key]))
    found = {}
    for name, blocks in index["parts"].items():
        body, end = store.objects[RUN.prefix + name], 0
        for offset, length, first_key in blocks:
            assert offset == end
            end = offset + length
            lines = gzip.decompress(body[offset:end]).splitlines()
            found[first_key] = [json.loads(line)["EmailAddress"].partition("@")[0] for line in lines]
        assert end == len(body)
    assert found == {
        "a@example.com": ["a", "b"],
        "b@example.com\0B@example.com": ["B"],
        "c@example.com": ["c", "d"],
        "e@example.com": ["e"],
        "ä@example.com\0Ä@example.com": ["Ä"],
    }


def test_a_merge_cut_into_calls_writes_the_same_parts_as_one_call() -> None:
    whole, cut = MemoryStore(), MemoryStore()
    merge(whole, store_raw_parts(whole))
    export = store_raw_parts(cut)
    for _ in range(3):
        assert export.status == "merging"
        export = Export.from_json(json.loads(json.dumps(merge(cut, export, seconds_left=0).export.to_json())))
    assert export.status == "complete"
    assert list_finished(cut) == list_finished(whole)


def list_finished(store: MemoryStore) -> dict[str, bytes]:
    return {key: body for key, body in store.objects.items() if not key.startswith(RAW_ROOT)}


@pytest.mark.parametrize("block_rows", [1, 2, 7])
def test_a_call_decodes_nothing_again_but_the_blocks_that_were_begun(
    monkeypatch: pytest.MonkeyPatch, block_rows: int
) -> None:
    monkeypatch.setattr(raw_parts, "BLOCK_ROWS", block_rows)
    monkeypatch.setattr(merge_rows, "_LEAST_ROWS", 1)
    decoded: list[int] = []

    def count_addresses(lines: Sequence[str]) -> list[str]:
        decoded.append(len(lines))
        return read_addresses(lines)

    monkeypatch.setattr(raw_parts, "read_addresses", count_addresses)
    store = MemoryStore()
    raw = [[suppress(f"{number:03d}@example.com") for number in range(part, 200, 4)] for part in range(4)]
    export, calls = store_raw_parts(store, raw), 0
    while export.status == "merging":
        calls += 1
        export = merge(store, export, seconds_left=0).export
    assert calls == 67
    # A call may read one block of each raw part beyond its part, and the next one reads these again.
    assert sum(decoded) <= 200 + (calls - 1) * 2 * len(raw) * block_rows


def test_a_call_that_cannot_find_its_checkpoint_shows_no_snapshot() -> None:
    store = MemoryStore()
    export = merge(store, store_raw_parts(store), seconds_left=0).export
    assert export.checkpoint
    del store.objects[RUN.checkpoint_key(1, export.checkpoint)]
    with pytest.raises(SnapshotCorruptError, match=f"{export.checkpoint}.json is missing"):
        merge(store, export)
    assert RUN.manifest_key not in store.objects


def test_a_repeated_call_leaves_the_same_checkpoint() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    first = merge(store, export, seconds_left=0)
    before = dict(store.objects)
    assert merge(store, export, seconds_left=0) == first
    assert store.objects == before


def test_the_state_between_calls_does_not_grow_with_the_parts() -> None:
    store = MemoryStore()
    export = store_raw_parts(store, [[suppress(f"{number:03d}@example.com") for number in range(150)]])
    sizes = set()
    while export.status == "merging":
        export = merge(store, export, seconds_left=0).export
        sizes.add(len(json.dumps(export.to_json())) - len(export.status))
    assert len(sizes) == 1


def test_the_state_between_calls_names_no_address() -> None:
    store = MemoryStore()
    step = merge(store, store_raw_parts(store), seconds_left=0)
    assert step.manifest is None
    assert "@" not in json.dumps(step.export.to_json())


def test_a_repeated_finish_leaves_the_first_manifest_as_it_is() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    first = merge(store, export)
    before = dict(store.objects)
    again = merge(store, export, finished_at=FINISHED + timedelta(hours=1))
    assert again.manifest == first.manifest
    assert store.objects == before


def test_a_finish_repeated_after_the_raw_parts_expired_still_ends_well() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    first = merge(store, export)
    for key in [key for key in store.objects if key.startswith(RAW_ROOT)]:
        del store.objects[key]
    assert merge(store, export).manifest == first.manifest


def test_of_two_finishes_at_once_the_first_manifest_stands() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    first = merge(store, export).manifest
    assert first
    late = replace(first, finished_at=FINISHED + timedelta(hours=1))
    assert publish_manifest(store, late) == first
    assert load_manifest(store, TARGET) == first


def test_a_finish_that_was_cut_off_before_the_pointer_is_completed_by_the_next() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    merge(store, export)
    pointer = store.objects.pop(TARGET.latest_key)
    merge(store, export, finished_at=FINISHED + timedelta(hours=1))
    assert store.objects[TARGET.latest_key] == pointer


def test_a_late_run_never_moves_the_pointer_back() -> None:
    store = MemoryStore()
    newer = SnapshotRun(TARGET, "20261122T120000Z")
    merge(store, store_raw_parts(store, RAW[:1], newer))
    merge(store, store_raw_parts(store))
    assert load_manifest(store, TARGET).run == newer
    assert load_manifest(store, TARGET, RUN.run_id).total == 7


def test_a_newer_run_moves_the_pointer_on() -> None:
    store = MemoryStore()
    newer = SnapshotRun(TARGET, "20261122T120000Z")
    merge(store, store_raw_parts(store))
    merge(store, store_raw_parts(store, RAW[:1], newer))
    assert load_manifest(store, TARGET).run == newer


def test_a_missing_raw_part_shows_no_snapshot() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    del store.objects[RUN.raw_part_key(1, "00001-digest")]
    with pytest.raises(SnapshotCorruptError, match=r"00001-digest\.ndjson\.gz is missing"):
        merge(store, export)
    assert RUN.manifest_key not in store.objects
    assert TARGET.latest_key not in store.objects


def test_rows_that_do_not_add_up_show_no_snapshot() -> None:
    store = MemoryStore()
    export = store_raw_parts(store)
    short = replace(export, reading=replace(export.reading, rows=10))
    with pytest.raises(SnapshotCorruptError, match="10 rows were read"):
        merge(store, short)
    assert RUN.manifest_key not in store.objects


def test_parts_that_end_exactly_with_the_rows_leave_no_empty_part() -> None:
    store = MemoryStore()
    step = merge(store, store_raw_parts(store, RAW[:1]))
    assert step.manifest
    assert [part.rows for part in step.manifest.parts] == [3]


def test_more_raw_parts_are_read_through_smaller_windows() -> None:
    windows: set[int] = set()

    class Watched(MemoryStore):
        def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
            windows.add(window_bytes)
            return MemoryStore.stream(self, key, window_bytes, start)

    for count in (1, 100, 2_000):
        store = Watched()
        export = store_raw_parts(store, [[suppress(f"{number}@example.com")] for number in range(count)])
        merge_parts(store, export, replace(SETTINGS, rows_per_part=100_000), lambda: 300, lambda: FINISHED)
    assert sorted(windows) == [16 * 1024, 16 * 1024 * 1024 // 100, 256 * 1024]


def test_the_finished_parts_are_compared_before_the_snapshot_shows_and_the_state_says_how_far() -> None:
    store, asked = MemoryStore(), list[str | None]()
    answers = iter([ComparisonStep(progress="half-way"), ComparisonStep(SnapshotChanges("earlier", added=3))])

    def compare(run: SnapshotRun, parts: Sequence[SnapshotPart], progress: str | None) -> ComparisonStep:
        assert (run, sum(part.rows for part in parts)) == (RUN, 7)
        assert RUN.manifest_key not in store.objects
        asked.append(progress)
        return next(answers)

    export = store_raw_parts(store)
    step = merge_parts(
        store, export, SETTINGS, lambda: 300.0, lambda: FINISHED, ManifestAdditions(compare=compare)
    )
    assert (step.manifest, step.export.status) == (None, "merging")
    onward = Export.from_json(json.loads(json.dumps(step.export.to_json())))
    step = merge_parts(
        store, onward, SETTINGS, lambda: 300.0, lambda: FINISHED, ManifestAdditions(compare=compare)
    )

    assert asked == [None, "half-way"]
    assert step.manifest is not None
    assert step.manifest.changes == SnapshotChanges("earlier", added=3).to_json()
    assert [row.email_address[0] for row in stream_rows(store, step.manifest)] == list("abcdegh")
