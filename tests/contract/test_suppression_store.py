"""What snapshots need of an object store: the fake, moto's S3 and ministack's S3 give the same answers."""

from collections.abc import Iterator
from itertools import islice

import boto3
import pytest
from moto import mock_aws

from console.local_aws.emulator import start_ministack
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.superseding import TaggingStore
from ses_reputation.suppression.store import S3SnapshotStore, SnapshotStore, connect_store
from tests.support.in_memory.suppression import MemoryStore

BUCKET = "reputation-111122223333"


@pytest.fixture(scope="module")
def ministack_store() -> Iterator[S3SnapshotStore]:
    with start_ministack() as aws:
        client = aws.clients().s3
        client.create_bucket(Bucket=BUCKET)
        yield S3SnapshotStore(client, BUCKET)


@pytest.fixture
def moto_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3SnapshotStore]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        yield connect_store(BUCKET, "us-east-1")


@pytest.fixture(
    params=["memory", "moto", pytest.param("ministack", marks=pytest.mark.local_aws)],
)
def store(request: pytest.FixtureRequest) -> TaggingStore:
    if request.param == "memory":
        return MemoryStore()
    store: TaggingStore = request.getfixturevalue(f"{request.param}_store")
    return store


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> str:
    """A folder of its own for each test: ministack's bucket is shared by all of them."""
    return f"{abs(hash(request.node.nodeid))}/"


def fetch_body(store: SnapshotStore, key: str) -> bytes | None:
    stored = store.fetch(key)
    return stored.body if stored else None


def test_what_was_put_is_fetched(store: SnapshotStore, folder: str) -> None:
    store.put(f"{folder}a", b"first")
    store.put(f"{folder}a", b"second")
    assert fetch_body(store, f"{folder}a") == b"second"


def test_nothing_is_fetched_where_nothing_is(store: SnapshotStore, folder: str) -> None:
    assert store.fetch(f"{folder}nothing") is None


def test_only_the_first_of_two_conditional_writers_writes(store: SnapshotStore, folder: str) -> None:
    assert store.put_if_absent(f"{folder}claim", b"mine")
    assert not store.put_if_absent(f"{folder}claim", b"yours")
    assert fetch_body(store, f"{folder}claim") == b"mine"


def test_an_unchanged_object_is_replaced(store: SnapshotStore, folder: str) -> None:
    store.put(f"{folder}latest", b"old")
    stored = store.fetch(f"{folder}latest")
    assert stored
    assert store.put_if_unchanged(f"{folder}latest", b"new", stored.version)
    assert fetch_body(store, f"{folder}latest") == b"new"


def test_a_changed_object_is_not_replaced(store: SnapshotStore, folder: str) -> None:
    store.put(f"{folder}latest", b"old")
    stored = store.fetch(f"{folder}latest")
    assert stored
    store.put(f"{folder}latest", b"somebody else's")
    assert not store.put_if_unchanged(f"{folder}latest", b"new", stored.version)
    assert fetch_body(store, f"{folder}latest") == b"somebody else's"


def test_an_object_that_vanished_is_not_replaced(store: SnapshotStore, folder: str) -> None:
    store.put(f"{folder}other", b"old")
    stored = store.fetch(f"{folder}other")
    assert stored
    assert not store.put_if_unchanged(f"{folder}latest", b"new", stored.version)
    assert store.fetch(f"{folder}latest") is None


@pytest.mark.parametrize("window_bytes", [1, 3, 10, 11, 4_096])
def test_windows_add_up_to_the_object(store: SnapshotStore, folder: str, window_bytes: int) -> None:
    store.put(f"{folder}part", b"0123456789")
    windows = list(store.stream(f"{folder}part", window_bytes))
    assert b"".join(windows) == b"0123456789"
    assert all(0 < len(window) <= window_bytes for window in windows)


@pytest.mark.parametrize(("start", "expected"), [(0, b"0123456789"), (7, b"789"), (10, b""), (11, b"")])
def test_windows_begin_at_an_offset(store: SnapshotStore, folder: str, start: int, expected: bytes) -> None:
    store.put(f"{folder}part", b"0123456789")
    assert b"".join(store.stream(f"{folder}part", 4, start)) == expected


def test_the_first_window_from_an_offset_on_is_so_many_bytes_of_it(store: SnapshotStore, folder: str) -> None:
    store.put(f"{folder}part", b"0123456789")
    assert list(islice(store.stream(f"{folder}part", 4, 3), 1)) == [b"3456"]


def test_streaming_what_is_missing_says_so(store: SnapshotStore, folder: str) -> None:
    with pytest.raises(SnapshotCorruptError, match="missing"):
        list(store.stream(f"{folder}nothing", 10))
    with pytest.raises(SnapshotCorruptError, match="missing"):
        list(store.stream(f"{folder}nothing", 10, 5))


def test_folders_are_listed_in_order_and_files_are_not(store: SnapshotStore, folder: str) -> None:
    for key in ("b/manifest.json", "a/claim.json", "a/deeper/file", "latest.json"):
        store.put(f"{folder}{key}", b"x")
    assert list(store.list_folders(folder)) == ["a", "b"]


def test_more_folders_than_one_page_of_a_listing_are_all_listed(store: SnapshotStore, folder: str) -> None:
    names = [f"run-{number:04d}" for number in range(1_005)]
    for name in names:
        store.put(f"{folder}{name}/x", b"x")
    assert list(store.list_folders(folder)) == names


def test_only_keys_under_a_prefix_are_listed_in_order(store: TaggingStore, folder: str) -> None:
    for key in ("run/b", "run/a/deeper", "run-02/a"):
        store.put(f"{folder}{key}", b"x")
    assert list(store.list_keys(f"{folder}run/")) == [f"{folder}run/a/deeper", f"{folder}run/b"]


def test_an_object_is_superseded_once_it_is_marked(store: TaggingStore, folder: str) -> None:
    store.put(f"{folder}part", b"first")
    assert not store.is_superseded(f"{folder}part")
    for _ in range(2):
        store.mark_superseded(f"{folder}part")
        assert store.is_superseded(f"{folder}part")


@pytest.mark.parametrize("store", ["memory", "moto"], indirect=True)
def test_what_replaces_a_superseded_object_is_not_superseded(store: TaggingStore, folder: str) -> None:
    # ministack leaves the old tags on the new object (docs/local-aws.md).
    store.put(f"{folder}part", b"first")
    store.mark_superseded(f"{folder}part")
    store.put(f"{folder}part", b"second")
    assert not store.is_superseded(f"{folder}part")


def test_marking_what_is_gone_does_nothing(store: TaggingStore, folder: str) -> None:
    store.mark_superseded(f"{folder}gone")
    assert store.is_superseded(f"{folder}gone")
    assert store.fetch(f"{folder}gone") is None
