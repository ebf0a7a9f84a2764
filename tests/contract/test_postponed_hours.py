"""Hours that are not due wait in a queue, as long as a queue can let them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.posting_requests import PostingRequest, read_posting_requests
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import PostponedHours
from tests.support.waiting import await_that

SHARD = Shard(Segment(AccountHour("444455556666", "us-east-1", "2026-11-20T14"), 2), "7a")
NOW = datetime(2026, 11, 20, 14, 5, 45, 641_000, tzinfo=UTC)


class Queue:
    """Remembers what it was sent."""

    def __init__(self) -> None:
        self.delays: list[int] = []

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:  # noqa: N803
        self.delays.append(DelaySeconds)


@pytest.fixture(params=["moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def sqs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "moto":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            yield boto3.client("sqs", region_name="us-east-1")
    else:
        yield request.getfixturevalue("ministack").clients().sqs


@pytest.fixture
def queue_url(sqs: Any) -> Iterator[str]:
    url = sqs.create_queue(QueueName="postponed-hours-of-this-test")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def test_what_is_put_off_comes_back_as_the_same_posting_request(sqs: Any, queue_url: str) -> None:
    PostponedHours(sqs, queue_url).put_off(SHARD, NOW, NOW - timedelta(seconds=1))

    received: list[Any] = []

    def has_come() -> bool:
        received.extend(sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1).get("Messages", ()))
        return bool(received)

    await_that(has_come, "the hour came back")
    (message,) = received
    record = {"eventSource": "aws:sqs", "messageId": message["MessageId"], "body": message["Body"]}
    assert read_posting_requests([record]) == (
        [PostingRequest(SHARD, NOW, message["MessageId"], is_waiting=True)],
        {},
    )


def test_what_is_put_off_is_not_received_before(sqs: Any, queue_url: str) -> None:
    PostponedHours(sqs, queue_url).put_off(SHARD, NOW + timedelta(seconds=300), NOW)

    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    counts = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    assert [int(counts[name]) for name in names] == [0, 1]


def test_a_queue_that_is_not_there_is_an_error_with_its_code(sqs: Any, queue_url: str) -> None:
    with pytest.raises(UnavailableError, match=r"NonExistentQueue|QueueDoesNotExist"):
        PostponedHours(sqs, f"{queue_url}-missing").put_off(SHARD, NOW + timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("wait", "delay"),
    [
        (timedelta(seconds=61), 61),
        (timedelta(seconds=61.5), 62),
        (timedelta(milliseconds=1), 1),
        (timedelta(), 1),
        (timedelta(seconds=-5), 1),
        (timedelta(seconds=900), 900),
        (timedelta(seconds=901), 900),
        (timedelta(hours=2), 900),
    ],
)
def test_the_delay_is_what_sqs_allows(wait: timedelta, delay: int) -> None:
    client = boto3.client(
        "sqs",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )
    url = "https://sqs.us-east-1.amazonaws.com/111122223333/postponed"
    body = json.dumps(
        {
            "shard": "JOURNAL#444455556666#us-east-1#2026-11-20T14+2/7a",
            "due_at": "2026-11-20T14:05:45.641000+00:00",
        }
    )
    with Stubber(client) as stub:
        expected = {"QueueUrl": url, "MessageBody": body, "DelaySeconds": delay}
        stub.add_response("send_message", {"MessageId": "1"}, expected)
        PostponedHours(client, url).put_off(SHARD, NOW, NOW - wait)
        stub.assert_no_pending_responses()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)))
def test_no_wait_makes_a_delay_that_sqs_refuses(wait: timedelta) -> None:
    queue: Any = Queue()
    PostponedHours(queue, "url").put_off(SHARD, NOW + wait, NOW)

    assert 1 <= queue.delays[0] <= 900


def test_sqs_out_of_reach_is_an_error_that_names_its_kind_only() -> None:
    class Unreachable:
        def send_message(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://sqs.us-east-1.amazonaws.com")

    client: Any = Unreachable()
    with pytest.raises(UnavailableError, match=r"^EndpointConnectionError$"):
        PostponedHours(client, "url").put_off(SHARD, NOW + timedelta(seconds=1), NOW)
