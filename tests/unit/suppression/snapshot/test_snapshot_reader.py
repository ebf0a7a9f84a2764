"""What readers of snapshots see, and that a changed snapshot is never read as a whole one."""

import json

import pytest

from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.snapshot_reader import (
    list_snapshots,
    list_targets,
    load_manifest,
    stream_rows,
)
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import SesOfAPlace, fetcher, serve_function
from tests.support.suppression_workflow import EXECUTION, Workflow

TARGET = Target("111122223333", "us-east-1")
PAGES = [[suppress(f"{letter}@example.com")] for letter in "edcba"]
RUN = SnapshotRun(TARGET, "20261122T070000Z")


@pytest.fixture
def store() -> MemoryStore:
    """A store with one finished snapshot of five addresses in two parts."""
    store = MemoryStore()
    export_at(store, "2026-11-22T07:00:00Z")
    return store


def export_at(store: MemoryStore, scheduled_at: str, execution: str = EXECUTION) -> None:
    own = AccountRegion(execution.split(":")[4], execution.split(":")[3])
    with serve_function(store, {own: SesOfAPlace({"": ListInMemory(PAGES)})}) as invoke:
        Workflow(invoke, fetcher(store), execution).run({"scheduled_at": scheduled_at})


def test_snapshots_are_listed_oldest_first_and_unfinished_runs_not_at_all(store: MemoryStore) -> None:
    export_at(store, "2026-11-21T07:00:00Z")
    store.put(SnapshotRun(TARGET, "20261123T070000Z").part_key(1), b"")
    runs = [manifest.run.run_id for manifest in list_snapshots(store, TARGET)]
    assert runs == ["20261121T070000Z", "20261122T070000Z"]


def test_each_list_that_has_runs_is_a_target(store: MemoryStore) -> None:
    elsewhere = EXECUTION.replace("us-east-1", "eu-west-1").replace("111122223333", "444455556666")
    export_at(store, "2026-11-23T07:00:00Z", elsewhere)
    assert list(list_targets(store)) == [TARGET, Target("444455556666", "eu-west-1")]


def test_other_folders_beside_those_of_lists_are_no_targets() -> None:
    store = MemoryStore()
    targets = [
        Target(f"{account:012d}", region, tenant)
        for account in range(20)
        for region in ("eu-west-1", "us-east-1")
        for tenant in ("", "acme", "a/b")
    ]
    for target in targets:
        store.put(SnapshotRun(target, "20261122T070000Z").manifest_key, b"{}")
    for key in ("raw/1/2/account/x", "runs/20261122T070000Z/claim.json", "000000000000/eu-west-1/other/x"):
        store.put(f"suppression/{key}", b"{}")
    assert set(list_targets(store)) == set(targets)
    assert len(list(list_targets(store))) == len(targets)


def test_the_newest_finished_snapshot_is_loaded_by_default(store: MemoryStore) -> None:
    assert load_manifest(store, TARGET).run == RUN


def test_a_list_without_a_snapshot_says_so() -> None:
    with pytest.raises(
        SnapshotMissingError,
        match=r"^No snapshot of the list of .* yet: `ses-reputation suppression export`",
    ):
        load_manifest(MemoryStore(), TARGET)


def test_an_unknown_run_says_so(store: MemoryStore) -> None:
    with pytest.raises(SnapshotMissingError, match=r"^No snapshot 20200101T000000Z of the list of "):
        load_manifest(store, TARGET, "20200101T000000Z")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"run": 7}', b'{"run": "../elsewhere"}', b"[" * 100_000]
)
def test_a_pointer_that_names_no_run_is_refused(store: MemoryStore, body: bytes) -> None:
    store.put(TARGET.latest_key, body)
    with pytest.raises(SnapshotCorruptError, match=r"latest\.json"):
        load_manifest(store, TARGET)


@pytest.mark.parametrize(
    "change",
    [
        {"complete": False},
        {"format_version": 1},
        {"index": None},
        {"parts": [{"name": "x"}]},
        {"total": None, "parts": None},
    ],
)
def test_a_manifest_of_another_kind_is_refused(store: MemoryStore, change: dict[str, object]) -> None:
    fields = json.loads(store.objects[RUN.manifest_key]) | change
    store.put(RUN.manifest_key, json.dumps(fields).encode())
    with pytest.raises(SnapshotCorruptError, match=r"manifest\.json"):
        load_manifest(store, TARGET)


def test_a_manifest_that_nests_too_deep_to_be_read_is_refused(store: MemoryStore) -> None:
    store.put(RUN.manifest_key, b'{"parts":' + b"[" * 100_000)
    with pytest.raises(SnapshotCorruptError, match="nests too deep"):
        load_manifest(store, TARGET)


def test_a_manifest_reads_back_as_it_was_written(store: MemoryStore) -> None:
    written = json.dumps(load_manifest(store, TARGET).to_json(), indent=2) + "\n"
    assert written.encode() == store.objects[RUN.manifest_key]


def test_a_missing_part_is_reported(store: MemoryStore) -> None:
    del store.objects[RUN.part_key(2)]
    with pytest.raises(SnapshotCorruptError, match=r"part-00002\.ndjson\.gz is missing"):
        list(stream_rows(store, load_manifest(store, TARGET)))


def test_no_row_of_a_changed_part_is_handed_out(store: MemoryStore) -> None:
    store.put(RUN.part_key(2), store.objects[RUN.part_key(1)])
    rows = stream_rows(store, load_manifest(store, TARGET))
    handed_out = [next(rows) for _ in range(3)]
    with pytest.raises(SnapshotCorruptError, match="SHA-256"):
        next(rows)
    assert [row.email_address[0] for row in handed_out] == ["a", "b", "c"]


def test_a_part_with_another_number_of_rows_is_reported(store: MemoryStore) -> None:
    text = store.objects[RUN.manifest_key].decode().replace('"rows": 2', '"rows": 3')
    store.put(RUN.manifest_key, text.encode())
    with pytest.raises(SnapshotCorruptError, match="holds 2 rows"):
        list(stream_rows(store, load_manifest(store, TARGET)))
