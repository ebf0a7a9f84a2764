"""Two conditional writes at once: S3 turns one away with 409, and it has to look again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ses_reputation.suppression.store import S3SnapshotStore

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def client() -> "S3Client":
    client: S3Client = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="key",  # noqa: S106
    )
    return client


@pytest.fixture
def stubber(client: "S3Client") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.fixture
def store(client: "S3Client") -> S3SnapshotStore:
    return S3SnapshotStore(client, "bucket")


def refuse(stubber: Stubber, code: str, status: int, times: int = 1) -> None:
    for _ in range(times):
        stubber.add_client_error("put_object", code, http_status_code=status)


def test_a_writer_turned_away_tries_again_and_may_win(stubber: Stubber, store: S3SnapshotStore) -> None:
    refuse(stubber, "ConditionalRequestConflict", 409)
    stubber.add_response("put_object", {})
    assert store.put_if_absent("key", b"x")


def test_a_writer_turned_away_tries_again_and_may_lose(stubber: Stubber, store: S3SnapshotStore) -> None:
    refuse(stubber, "ConditionalRequestConflict", 409)
    refuse(stubber, "PreconditionFailed", 412)
    assert not store.put_if_absent("key", b"x")


@pytest.mark.parametrize("conditionally", [True, False])
def test_a_writer_turned_away_each_time_has_not_written(
    stubber: Stubber, store: S3SnapshotStore, *, conditionally: bool
) -> None:
    refuse(stubber, "ConditionalRequestConflict", 409, times=5)

    assert not (
        store.put_if_unchanged("key", b"x", '"etag"') if conditionally else store.put_if_absent("key", b"x")
    )
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket", "InternalError"])
def test_other_errors_are_neither_won_nor_lost(stubber: Stubber, store: S3SnapshotStore, code: str) -> None:
    refuse(stubber, code, 403)
    with pytest.raises(ClientError, match=code):
        store.put_if_absent("key", b"x")


def test_fetching_without_rights_is_not_an_absent_object(stubber: Stubber, store: S3SnapshotStore) -> None:
    stubber.add_client_error("get_object", "AccessDenied", http_status_code=403)
    with pytest.raises(ClientError, match="AccessDenied"):
        store.fetch("key")
