"""Statements are kept alike in memory, in moto's S3 and in that of the local AWS."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ses_reputation.errors import UnavailableError
from ses_reputation.statement.store import StatementBucket, StatementStore, page_key, twin_key
from tests.support.in_memory.statements import InMemoryStatements

BUCKET = "reputation-111122223333-statements"


@pytest.fixture(params=["memory", "moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StatementStore]:
    if request.param == "memory":
        yield InMemoryStatements()
    elif request.param == "moto":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            yield made(boto3.client("s3", region_name="us-east-1"))
    else:
        yield made(request.getfixturevalue("ministack").clients().s3)


def made(s3: Any) -> StatementBucket:
    s3.create_bucket(Bucket=BUCKET)
    for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=found["Key"])
    return StatementBucket(lambda: s3, BUCKET)


def test_there_is_nothing_before_it_is_written(store: StatementStore) -> None:
    assert store.fetch(page_key("owner-111122223333")) is None


def test_what_is_written_is_there_and_replaces_what_was(store: StatementStore) -> None:
    store.put(page_key("owner-111122223333"), "<p>first</p>", "text/html; charset=utf-8")
    store.put(page_key("owner-111122223333"), "<p>é שלום</p>", "text/html; charset=utf-8")
    store.put(twin_key("owner-111122223333"), "{}\n", "application/json")

    assert store.fetch(page_key("owner-111122223333")) == "<p>é שלום</p>"
    assert store.fetch(twin_key("owner-111122223333")) == "{}\n"


def test_a_bucket_that_is_not_there_is_no_missing_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        store = StatementBucket(lambda: s3, BUCKET)
        with pytest.raises(UnavailableError, match="GetObject NoSuchBucket"):
            store.fetch(page_key("owner-111122223333"))
        with pytest.raises(UnavailableError, match="PutObject NoSuchBucket"):
            store.put(page_key("owner-111122223333"), "", "text/html")
