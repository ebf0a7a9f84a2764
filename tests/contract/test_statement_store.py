"""Statements are kept alike in memory, in moto's S3 and in that of the local AWS."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ses_reputation.errors import OvertakenError, UnavailableError
from ses_reputation.statement.store import StatementBucket, StatementStore, page_key, twin_key
from tests.support.in_memory.object_client import InMemoryObjectClient
from tests.support.in_memory.statements import InMemoryStatements
from tests.support.mail import NOW

BUCKET = "reputation-111122223333-statements"
PAGE, TWIN = page_key("owner-111122223333"), twin_key("owner-111122223333")
HTML, LATER = "text/html; charset=utf-8", NOW + timedelta(microseconds=1)


LOCAL_AWS = pytest.param("local_aws", marks=pytest.mark.local_aws)


@pytest.fixture(params=["memory", "client_in_memory", "moto", LOCAL_AWS])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StatementStore]:
    if request.param == "memory":
        yield InMemoryStatements()
    elif request.param == "client_in_memory":
        yield bucket_of(InMemoryObjectClient())
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
    assert store.fetch(PAGE) is None


def test_what_is_written_is_there_and_replaces_what_was(store: StatementStore) -> None:
    store.put(PAGE, "<p>first</p>", HTML, NOW)
    store.put(PAGE, "<p>é שלום</p>", HTML, LATER)
    store.put(TWIN, "{}\n", "application/json", NOW)

    assert store.fetch(PAGE) == "<p>é שלום</p>"
    assert store.fetch(TWIN) == "{}\n"


def test_what_was_made_earlier_replaces_nothing(store: StatementStore) -> None:
    store.put(PAGE, "<p>later</p>", HTML, LATER)

    with pytest.raises(OvertakenError, match=r"statement\.html is of a later run"):
        store.put(PAGE, "<p>earlier</p>", HTML, NOW)
    assert store.fetch(PAGE) == "<p>later</p>"


def test_who_was_not_heard_writes_the_same_again(store: StatementStore) -> None:
    store.put(PAGE, "<p>same</p>", HTML, NOW)
    store.put(PAGE, "<p>same</p>", HTML, NOW)

    assert store.fetch(PAGE) == "<p>same</p>"


class Meddler:
    """A client of S3 in which something else happens right before each write, as often as it is told."""

    def __init__(self, s3: Any, meddle: Any, times: int) -> None:
        self._s3, self._meddle, self._times = s3, meddle, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **request: Any) -> Any:
        if self._times:
            self._times -= 1
            self._meddle()
        return self._s3.put_object(**request)


@pytest.fixture(params=["client_in_memory", "moto", LOCAL_AWS])
def s3(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client whose bucket is empty."""
    if request.param == "client_in_memory":
        yield InMemoryObjectClient()
    elif request.param == "moto":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            made(client := boto3.client("s3", region_name="us-east-1"))
            yield client
    else:
        made(client := request.getfixturevalue("ministack").clients().s3)
        yield client


def bucket_of(s3: Any) -> StatementBucket:
    return StatementBucket(lambda: s3, BUCKET)


@pytest.mark.parametrize("is_there", [False, True])
def test_what_a_later_run_writes_between_looking_and_writing_stays(s3: Any, is_there: bool) -> None:
    if is_there:
        bucket_of(s3).put(PAGE, "<p>before</p>", HTML, NOW - timedelta(hours=1))
    late = Meddler(s3, lambda: bucket_of(s3).put(PAGE, "<p>later</p>", HTML, LATER), 1)

    with pytest.raises(OvertakenError):
        bucket_of(late).put(PAGE, "<p>earlier</p>", HTML, NOW)
    assert bucket_of(s3).fetch(PAGE) == "<p>later</p>"


def test_what_an_earlier_run_writes_between_looking_and_writing_is_replaced(s3: Any) -> None:
    late = Meddler(s3, lambda: bucket_of(s3).put(PAGE, "<p>earlier</p>", HTML, NOW), 1)

    bucket_of(late).put(PAGE, "<p>later</p>", HTML, LATER)

    assert bucket_of(s3).fetch(PAGE) == "<p>later</p>"


def test_what_is_deleted_between_looking_and_writing_is_written_anew(s3: Any) -> None:
    bucket_of(s3).put(PAGE, "<p>before</p>", HTML, NOW)
    late = Meddler(s3, lambda: s3.delete_object(Bucket=BUCKET, Key=PAGE), 1)

    bucket_of(late).put(PAGE, "<p>later</p>", HTML, LATER)

    assert bucket_of(s3).fetch(PAGE) == "<p>later</p>"


def test_who_is_always_overtaken_by_earlier_runs_gives_up(s3: Any) -> None:
    times = iter(range(-9, 0))
    early = Meddler(
        s3, lambda: bucket_of(s3).put(PAGE, str(n := next(times)), HTML, NOW + timedelta(seconds=n)), 9
    )

    with pytest.raises(UnavailableError, match="PutObject ConditionalRequestConflict"):
        bucket_of(early).put(PAGE, "<p>never</p>", HTML, NOW)


def test_a_statement_of_a_version_that_wrote_no_time_is_replaced(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=PAGE, Body=b"<p>old</p>")

    bucket_of(s3).put(PAGE, "<p>new</p>", HTML, NOW)

    assert bucket_of(s3).fetch(PAGE) == "<p>new</p>"


def test_a_bucket_that_is_not_there_is_no_missing_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        store = StatementBucket(lambda: s3, BUCKET)
        with pytest.raises(UnavailableError, match="GetObject NoSuchBucket"):
            store.fetch(PAGE)
        with pytest.raises(UnavailableError, match="NoSuchBucket"):
            store.put(PAGE, "", "text/html", NOW)
