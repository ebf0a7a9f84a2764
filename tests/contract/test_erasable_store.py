"""What forgetting needs of a bucket with versions: fake, moto and ministack give the same answers."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from console.local_aws.emulator import start_ministack
from ses_reputation.forgetting.store import ErasableStore, S3ErasableStore
from tests.support.in_memory.versioned_store import VersionedMemoryStore

BUCKET = "reputation-111122223333"


def open_bucket(client: object) -> S3ErasableStore:
    store = S3ErasableStore(client, BUCKET)  # type: ignore[arg-type]
    store.client.create_bucket(Bucket=BUCKET)
    store.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return store


@pytest.fixture
def moto_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3ErasableStore]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield open_bucket(boto3.client("s3", region_name="us-east-1"))


@pytest.fixture
def ministack_store() -> Iterator[S3ErasableStore]:
    with start_ministack() as aws:
        yield open_bucket(aws.clients().s3)


@pytest.fixture(params=["memory", "moto", pytest.param("ministack", marks=pytest.mark.local_aws)])
def store(request: pytest.FixtureRequest) -> ErasableStore:
    if request.param == "memory":
        return VersionedMemoryStore()
    found: ErasableStore = request.getfixturevalue(f"{request.param}_store")
    return found


def test_versions_are_read_and_deleted_one_by_one(store: ErasableStore) -> None:
    store.put("b/1", b"first")
    store.put("b/1", b"second")
    store.put("a/1", b"other")

    other, second, first = store.list_versions()

    assert [each.key for each in (other, second, first)] == ["a/1", "b/1", "b/1"]
    assert [each.is_current for each in (other, second, first)] == [True, True, False]
    assert [store.fetch_version(each) for each in (second, first)] == [b"second", b"first"]
    assert list(store.list_versions("b/")) == [second, first]

    store.delete_version(first)
    assert (store.fetch_version(first), list(store.list_versions("b/"))) == (None, [second])
    store.delete_version(second)
    assert (list(store.list_versions("b/")), store.fetch("b/1")) == ([], None)


def test_the_version_before_the_one_deleted_is_current_again(store: ErasableStore) -> None:
    store.put("a", b"first")
    store.put("a", b"second")
    second, first = store.list_versions()

    store.delete_version(second)

    assert list(store.list_versions()) == [first._replace(is_current=True)]
    stored = store.fetch("a")
    assert stored is not None
    assert stored.body == b"first"


def test_an_object_behind_a_delete_marker_has_no_current_version(store: ErasableStore) -> None:
    store.put("a", b"first")
    if isinstance(store, VersionedMemoryStore):
        store.hide("a")
    else:
        assert isinstance(store, S3ErasableStore)
        store.client.delete_object(Bucket=BUCKET, Key="a")

    (version,) = store.list_versions()

    assert (version.is_current, store.fetch_version(version), store.fetch("a")) == (False, b"first", None)


@pytest.mark.parametrize("is_superseded", [True, False])
def test_an_object_is_written_with_its_mark(store: ErasableStore, is_superseded: bool) -> None:
    store.put_like("a", b"body", is_superseded=is_superseded)
    assert store.is_superseded("a") is is_superseded


@pytest.mark.parametrize("is_superseded", [True, False])
def test_an_object_is_renewed_with_its_mark_and_leaves_no_older_version(
    store: ErasableStore, is_superseded: bool
) -> None:
    name = "list=tenant-a%20b/part-1"
    store.put_like(name, b"body", is_superseded=not is_superseded)
    store.put(f"{name}1", b"other")
    before, other = store.list_versions()

    assert store.renew(name, is_superseded=is_superseded)

    after, still = store.list_versions()
    assert (after.key, after.is_current, store.fetch_version(after)) == (name, True, b"body")
    assert after.version_id != before.version_id
    assert (store.is_superseded(name), still) == (is_superseded, other)


def test_an_object_that_is_gone_is_not_renewed(store: ErasableStore) -> None:
    assert not store.renew("a", is_superseded=False)
    assert list(store.list_versions()) == []
