"""Which snapshots may expire: never the newest complete one of a list, whatever fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import ClientError

from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, publish_manifest
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.snapshot.superseding import supersede_older
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import describe_snapshot
from tests.support.in_memory.suppression import MemoryStore

TARGET = Target("111122223333", "us-east-1")
DAYS = [SnapshotRun(TARGET, f"202611{day}T070000Z") for day in (20, 21, 22, 23)]
FIRST, SECOND, THIRD, FOURTH = DAYS


@dataclass(slots=True)
class RefusingStore(MemoryStore):
    """A store that refuses to tag one key."""

    refused: str = ""
    tagged: list[str] = field(default_factory=list)

    def mark_superseded(self, key: str) -> None:
        if key == self.refused:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObjectTagging")
        self.tagged.append(key)
        MemoryStore.mark_superseded(self, key)


def finish(store: MemoryStore, run: SnapshotRun, rows: int = 3) -> Manifest:
    """Write a snapshot of two parts, its Parquet and its manifest."""
    write_parts(store, run)
    return publish_manifest(store, describe_snapshot(run, rows))


def write_parts(store: MemoryStore, run: SnapshotRun) -> None:
    for number in (1, 2):
        store.put(run.part_key(number), b"rows")
        store.put(parquet_key(run, number), b"rows")


def objects_of(store: MemoryStore, run: SnapshotRun) -> set[str]:
    return {key for key in store.objects if run.prefix in key or f"/{run.run_id}." in key}


def marked(store: MemoryStore) -> list[str]:
    """Return the ids of runs all of whose objects are marked; fails where some of one's are."""
    runs = []
    for run in DAYS:
        objects = objects_of(store, run)
        assert objects & store.superseded in (set(), objects)
        if objects and objects <= store.superseded:
            runs.append(run.run_id)
    return runs


def test_a_newer_snapshot_supersedes_every_object_of_those_before_and_none_of_its_own() -> None:
    store = MemoryStore()
    for run in (FIRST, SECOND):
        finish(store, run)
    outcome = supersede_older(store, finish(store, THIRD))
    assert marked(store) == [FIRST.run_id, SECOND.run_id]
    assert (outcome.objects, outcome.failure) == (10, "")
    assert TARGET.latest_key not in store.superseded


def test_the_only_snapshot_of_a_list_is_never_marked() -> None:
    store = MemoryStore()
    assert supersede_older(store, finish(store, FIRST)).objects == 0
    assert store.superseded == set()


def test_nothing_is_marked_before_a_snapshot_is_finished() -> None:
    store = MemoryStore()
    finish(store, FIRST)
    write_parts(store, SECOND)
    assert supersede_older(store, None).objects == 0
    assert store.superseded == set()


def test_an_empty_snapshot_supersedes_nothing_since_ses_may_have_deleted_the_list() -> None:
    store = MemoryStore()
    finish(store, FIRST)
    supersede_older(store, finish(store, SECOND, rows=0))
    assert marked(store) == []
    supersede_older(store, finish(store, THIRD))
    assert marked(store) == [FIRST.run_id, SECOND.run_id]


@pytest.mark.parametrize(
    "target", [Target("111122223333", "eu-west-1"), Target("111122223333", "us-east-1", "acme")]
)
def test_snapshots_of_another_list_are_left_alone(target: Target) -> None:
    store = MemoryStore()
    elsewhere = SnapshotRun(target, FIRST.run_id)
    finish(store, elsewhere)
    supersede_older(store, finish(store, SECOND))
    assert store.superseded == set()


def test_older_runs_that_never_finished_expire_too() -> None:
    store = MemoryStore()
    write_parts(store, FIRST)
    supersede_older(store, finish(store, SECOND))
    assert marked(store) == [FIRST.run_id]


def test_a_newer_run_that_is_not_finished_is_left_alone_and_supersedes_nothing() -> None:
    store = MemoryStore()
    finish(store, FIRST)
    write_parts(store, THIRD)
    supersede_older(store, finish(store, SECOND))
    assert marked(store) == [FIRST.run_id]


def test_a_run_that_finishes_behind_a_newer_one_is_superseded_at_once() -> None:
    store = MemoryStore()
    write_parts(store, FIRST)
    for run in (SECOND, THIRD):
        supersede_older(store, finish(store, run))
    late = finish(store, FIRST)
    assert not store.is_superseded(FIRST.manifest_key)
    supersede_older(store, late)
    assert marked(store) == [FIRST.run_id, SECOND.run_id]


def test_what_there_was_no_time_for_the_next_run_marks() -> None:
    store = MemoryStore()
    for run in (FIRST, SECOND):
        finish(store, run)
    answers = iter([True] * 7 + [False])
    assert supersede_older(store, finish(store, THIRD), lambda: next(answers)).objects == 7
    assert objects_of(store, FIRST) <= store.superseded
    supersede_older(store, finish(store, FOURTH))
    assert marked(store) == [FIRST.run_id, SECOND.run_id, THIRD.run_id]


@pytest.mark.parametrize("refused", [FIRST.part_key(1), parquet_key(SECOND, 2), FIRST.manifest_key])
def test_a_failure_is_told_and_only_lengthens_lives_until_the_next_run(refused: str) -> None:
    store = RefusingStore(refused=refused)
    for run in (FIRST, SECOND):
        finish(store, run)
    outcome = supersede_older(store, finish(store, THIRD))
    assert outcome.failure == "marking superseded snapshots AccessDenied"
    assert not objects_of(store, THIRD) & store.superseded
    store.refused = ""
    supersede_older(store, finish(store, FOURTH))
    assert marked(store) == [FIRST.run_id, SECOND.run_id, THIRD.run_id]


def test_a_pointer_that_cannot_be_read_is_told_and_marks_nothing() -> None:
    store = MemoryStore()
    finish(store, FIRST)
    second = finish(store, SECOND)
    store.put(TARGET.latest_key, b"{}")
    assert "does not name a run" in supersede_older(store, second).failure
    assert store.superseded == set()


def test_of_marked_runs_only_the_newest_is_asked_for() -> None:
    asked: list[str] = []

    class Asked(MemoryStore):
        def is_superseded(self, key: str) -> bool:
            asked.append(key)
            return super().is_superseded(key)

        def list_keys(self, prefix: str) -> Iterator[str]:
            return super().list_keys(prefix)

    store = Asked()
    for run in (FIRST, SECOND, THIRD):
        supersede_older(store, finish(store, run))
    asked.clear()
    supersede_older(store, finish(store, FOURTH))
    assert asked == [THIRD.manifest_key, SECOND.manifest_key]
