"""The quarantine in S3 gives the same answers over moto's and over the local AWS."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws

from ses_reputation.errors import UnavailableError
from ses_reputation.quarantine.record import QuarantineRecord
from ses_reputation.quarantine.store import QuarantineBucket

BUCKET = "reputation-111122223333-quarantine"


@pytest.fixture(params=["moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "moto":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            s3 = boto3.client("s3", region_name="us-east-1")
            s3.create_bucket(Bucket=BUCKET)
            yield s3
    else:
        s3 = request.getfixturevalue("ministack").clients().s3
        s3.create_bucket(Bucket=BUCKET)
        yield s3
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            named: Any = [{"Key": found["Key"]} for found in page.get("Contents", [])]
            s3.delete_objects(Bucket=BUCKET, Delete={"Objects": named})
        s3.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def quarantine(client: Any) -> QuarantineBucket:
    return QuarantineBucket(lambda: client, BUCKET)


def record(number: int = 1, reason: str = "unreadable", body: str = "no JSON") -> QuarantineRecord:
    return QuarantineRecord(
        reason, "look at it", "", f"message-{number}", datetime(2026, 11, 22, tzinfo=UTC), body
    )


@pytest.mark.parametrize("body", ["no JSON", "", "é😀\ud800\x00", "x" * 1_048_576])
def test_a_record_is_loaded_as_it_was_kept(quarantine: QuarantineBucket, body: str) -> None:
    quarantine.keep(record(body=body))
    assert quarantine.load(record().key) == record(body=body)


def test_a_record_kept_again_stands_once(quarantine: QuarantineBucket) -> None:
    quarantine.keep(record())
    quarantine.keep(record())
    assert list(quarantine.keys()) == [record().key]


def test_records_are_listed_in_all_or_by_reason(quarantine: QuarantineBucket, client: Any) -> None:
    for kept in (record(1), record(2), record(3, "foreign_topic")):
        quarantine.keep(kept)
    client.put_object(Bucket=BUCKET, Key="suppression/latest.json", Body=b"{}")

    assert list(quarantine.keys()) == [record(3, "foreign_topic").key, record(1).key, record(2).key]
    assert list(quarantine.keys("unreadable")) == [record(1).key, record(2).key]
    assert list(quarantine.keys("raw_delivery")) == []


def test_a_record_is_kept_as_json(quarantine: QuarantineBucket, client: Any) -> None:
    quarantine.keep(record())

    assert client.head_object(Bucket=BUCKET, Key=record().key)["ContentType"] == "application/json"


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]"])
def test_what_is_no_record_is_refused(quarantine: QuarantineBucket, client: Any, content: bytes) -> None:
    client.put_object(Bucket=BUCKET, Key=record().key, Body=content)

    with pytest.raises(ValueError, match=r"."):
        quarantine.load(record().key)


def test_a_record_that_is_removed_is_gone_and_may_be_removed_again(quarantine: QuarantineBucket) -> None:
    quarantine.keep(record(1))
    quarantine.keep(record(2))
    quarantine.remove(record(1).key)
    quarantine.remove(record(1).key)

    assert list(quarantine.keys()) == [record(2).key]


def test_a_removal_that_s3_refuses_is_reported_by_its_code(client: Any) -> None:
    with pytest.raises(UnavailableError, match=r"^NoSuchBucket$"):
        QuarantineBucket(lambda: client, f"{BUCKET}-missing").remove(record().key)


def test_more_records_than_one_page_lists_are_all_listed(quarantine: QuarantineBucket, client: Any) -> None:
    for number in range(1_005):
        client.put_object(Bucket=BUCKET, Key=record(number).key, Body=b"")

    assert len(set(quarantine.keys())) == 1_005


def test_a_key_that_is_not_there_is_an_error(quarantine: QuarantineBucket) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        quarantine.load(record().key)


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"[" * 100_000, b"\xff"])
def test_an_object_that_is_no_record_is_refused(
    client: Any, quarantine: QuarantineBucket, body: bytes
) -> None:
    client.put_object(Bucket=BUCKET, Key=record().key, Body=body)

    with pytest.raises(ValueError, match=r"."):
        quarantine.load(record().key)


def test_a_bucket_that_is_not_there_keeps_nothing_and_says_so(client: Any) -> None:
    with pytest.raises(UnavailableError, match=r"^NoSuchBucket$"):
        QuarantineBucket(lambda: client, f"{BUCKET}-missing").keep(record())


@pytest.mark.parametrize("code", ["AccessDenied", "SlowDown", "InternalError"])
def test_a_refusal_of_s3_is_reported_by_its_code(code: str) -> None:
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )
    with Stubber(client) as stub:
        stub.add_client_error("put_object", code)
        with pytest.raises(UnavailableError, match=f"^{code}$"):
            QuarantineBucket(lambda: client, BUCKET).keep(record())


def test_s3_out_of_reach_is_reported_as_such() -> None:
    def unreachable() -> Any:
        raise EndpointConnectionError(endpoint_url="https://s3.us-east-1.amazonaws.com")

    with pytest.raises(UnavailableError, match=r"^EndpointConnectionError$"):
        QuarantineBucket(unreachable, BUCKET).keep(record())


def test_no_client_is_made_before_it_is_needed() -> None:
    QuarantineBucket(lambda: pytest.fail("a client was made"), BUCKET)
