"""A snapshot as Parquet: each part once, verified, and the snapshot itself never touched."""

import gzip
from dataclasses import replace

import pytest

from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.listing.destination import encode_line
from ses_reputation.suppression.snapshot.conversion import ParquetFile, convert_snapshot
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.snapshot.parts import pack_lines
from ses_reputation.suppression.snapshot.superseding import supersede_older
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import finish_snapshot
from tests.support.in_memory.suppression import MemoryStore, suppress

RUN = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
NEWER = replace(RUN, run_id="20261123T070000Z")
NAMES = (("alice", "bob"), ("carol",))


def finish(store: MemoryStore, run: SnapshotRun = RUN) -> Manifest:
    lines = [[encode_line(suppress(f"{name}@example.com")) for name in names] for names in NAMES]
    return finish_snapshot(store, run, *lines)


def write(lines: bytes, run: str) -> ParquetFile:
    """Stand in for a writer of Parquet: the run's id, and the lines as they are."""
    return ParquetFile(f"{run}\n".encode() + lines, lines.count(b"\n"))


def test_each_part_becomes_one_file_of_its_rows() -> None:
    store = MemoryStore()
    finish(store)
    before = dict(store.objects)
    outcome = convert_snapshot(store, RUN.manifest_key, write)
    made = {key: body for key, body in store.objects.items() if key not in before}
    assert made == {
        parquet_key(RUN, number): b"20261122T070000Z\n" + gzip.decompress(before[RUN.part_key(number)])
        for number in (1, 2)
    }
    assert (outcome.written, outcome.failed) == (2, {})
    assert {key: store.objects[key] for key in before} == before


def test_a_repeated_call_writes_only_what_is_missing() -> None:
    store = MemoryStore()
    finish(store)
    convert_snapshot(store, RUN.manifest_key, write)
    del store.objects[parquet_key(RUN, 2)]
    assert convert_snapshot(store, RUN.manifest_key, write).written == 1
    assert convert_snapshot(store, RUN.manifest_key, write).written == 0


def test_a_part_that_was_changed_is_not_converted_and_the_others_are() -> None:
    store = MemoryStore()
    finish(store)
    store.put(RUN.part_key(1), pack_lines([encode_line(suppress("mallory@example.com"))]).body)
    outcome = convert_snapshot(store, RUN.manifest_key, write)
    assert (outcome.written, list(outcome.failed)) == (1, ["part-00001.ndjson.gz"])
    assert "SHA-256 differs" in outcome.failed["part-00001.ndjson.gz"]
    assert parquet_key(RUN, 1) not in store.objects


def test_a_file_with_fewer_rows_than_its_part_is_never_kept() -> None:
    store = MemoryStore()
    finish(store)
    outcome = convert_snapshot(store, RUN.manifest_key, lambda lines, _: ParquetFile(lines, 1))
    assert outcome.failed == {
        "part-00001.ndjson.gz": "part-00001.ndjson.gz: its Parquet has 1 rows, but its manifest says 2."
    }
    assert parquet_key(RUN, 1) not in store.objects


def test_a_run_without_a_manifest_is_not_converted() -> None:
    with pytest.raises(SnapshotMissingError, match="unfinished"):
        convert_snapshot(MemoryStore(), RUN.manifest_key, write)


def test_what_is_no_manifest_says_so() -> None:
    store = MemoryStore()
    store.put(RUN.manifest_key, b"{}")
    with pytest.raises(SnapshotCorruptError, match="not a manifest"):
        convert_snapshot(store, RUN.manifest_key, write)


def test_the_parquet_of_the_newest_snapshot_does_not_expire() -> None:
    store = MemoryStore()
    finish(store)
    convert_snapshot(store, RUN.manifest_key, write)
    assert store.superseded == set()


def test_parquet_that_is_written_after_a_newer_snapshot_was_finished_expires_like_the_snapshot() -> None:
    store = MemoryStore()
    finish(store)
    supersede_older(store, finish(store, NEWER))
    assert store.is_superseded(RUN.manifest_key)
    convert_snapshot(store, RUN.manifest_key, write)
    assert store.superseded >= {parquet_key(RUN, 1), parquet_key(RUN, 2)}
