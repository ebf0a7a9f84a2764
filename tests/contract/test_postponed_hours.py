"""Hours that are not due wait in a queue, as long as a queue can let them."""

import json
import time
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
from ses_reputation.ledger import postponed_hours
from ses_reputation.ledger.posting_requests import PostingRequest, UnreadRecord, read_posting_requests
from ses_reputation.ledger.postponed_hours import PostponedHours
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
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


def receive(sqs: Any, queue_url: str, number: int = 1, **options: Any) -> list[dict[str, Any]]:
    """Messages as Lambda hands them over."""
    received: list[Any] = []

    def have_come() -> bool:
        answer = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1, MaxNumberOfMessages=10, **options)
        received.extend(answer.get("Messages", ()))
        return len(received) >= number

    await_that(have_come, "the messages came")
    return [
        {
            "eventSource": "aws:sqs",
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
        }
        for message in received
    ]


def test_what_is_put_off_comes_back_as_the_same_posting_request(sqs: Any, queue_url: str) -> None:
    PostponedHours(sqs, queue_url).put_off(SHARD, NOW, NOW - timedelta(seconds=1))

    (message,) = receive(sqs, queue_url)
    request = PostingRequest(
        SHARD, NOW, message["messageId"], is_waiting=True, receipt=message["receiptHandle"]
    )
    assert read_posting_requests([message]) == ([request], [])


def test_what_is_put_off_is_not_received_before(sqs: Any, queue_url: str) -> None:
    PostponedHours(sqs, queue_url).put_off(SHARD, NOW + timedelta(seconds=300), NOW)

    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    counts = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    assert [int(counts[name]) for name in names] == [0, 1]


def test_a_message_that_came_early_is_not_received_before_its_time(sqs: Any, queue_url: str) -> None:
    queue = PostponedHours(sqs, queue_url)
    queue.put_off(SHARD, NOW, NOW - timedelta(seconds=1))
    (message,) = receive(sqs, queue_url, VisibilityTimeout=5)
    (early,), _ = read_posting_requests([message])

    queue.hide(early, NOW - timedelta(hours=2))

    time.sleep(6)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue_url)
    counts = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_what_failed_comes_back_as_one_request_a_shard(
    sqs: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postponed_hours, "PAUSE_SECONDS", 1)
    later = NOW + timedelta(seconds=20)
    shards = [Shard(SHARD.segment, f"{number:02x}") for number in range(11)]
    missed = [PostingRequest(shard, NOW, "1", frozenset("0")) for shard in shards]
    missed.append(PostingRequest(shards[3], later, "2", frozenset("ab"), is_urgent=True))

    assert PostponedHours(sqs, queue_url).make_up(missed) == frozenset()

    requests, unread = read_posting_requests(receive(sqs, queue_url, 11))
    assert unread == []
    assert all(request.is_missed and not request.is_waiting for request in requests)
    found = {request.shard: (request.changed_at, request.touched) for request in requests}
    expected = dict.fromkeys(shards, (NOW, frozenset("0")))
    assert found == expected | {shards[3]: (later, frozenset("0ab"))}


def test_a_key_that_names_no_hour_comes_back_as_it_is_once(
    sqs: Any, queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQS refuses some control characters (SendMessage, InvalidMessageContents), a key may have any."""
    monkeypatch.setattr(postponed_hours, "PAUSE_SECONDS", 0)
    keys = ["JOURNAL#of no hour", "JOURNAL#\x00\ufffe\U0001f40d"]
    unread = [UnreadRecord(str(number), "cause", key) for number, key in enumerate([*keys, keys[0], ""])]

    assert PostponedHours(sqs, queue_url).keep_keys(unread, NOW) == frozenset()

    bodies = [json.loads(message["body"]) for message in receive(sqs, queue_url, 2)]
    assert sorted(body["shard"] for body in bodies) == sorted(keys)
    assert all(datetime.fromisoformat(body["changed_at"]) == NOW for body in bodies)


def test_shards_that_no_message_was_taken_for_are_named() -> None:
    """Of the second ten, SQS takes all but one; of the third ten it answers nothing."""
    shards = [Shard(SHARD.segment, f"{number:02x}") for number in range(30)]
    answers = iter(
        [
            {"Successful": [{"Id": str(place)} for place in range(10)]},
            {"Successful": [{"Id": str(place)} for place in range(9)], "Failed": [{"Id": "9"}]},
        ]
    )

    class Queue:
        def send_message_batch(self, **_: Any) -> Any:
            try:
                return next(answers)
            except StopIteration:
                raise EndpointConnectionError(endpoint_url="https://sqs.example") from None

    client: Any = Queue()
    missed = [PostingRequest(shard, NOW, "1") for shard in shards]
    assert PostponedHours(client, "url").make_up(missed) == frozenset(shards[19:])


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(timedelta(seconds=61.5), 62), (timedelta(hours=11), 39_600), (timedelta(hours=24), 39_600)],
)
def test_a_message_is_hidden_for_less_than_twelve_hours(wait: timedelta, seconds: int) -> None:
    """SQS, ChangeMessageVisibility: twelve hours at most since the message was received."""
    client = boto3.client(
        "sqs",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )
    message = PostingRequest(SHARD, NOW + wait, "1", is_waiting=True, receipt="handle")
    with Stubber(client) as stub:
        expected = {"QueueUrl": "url", "ReceiptHandle": "handle", "VisibilityTimeout": seconds}
        stub.add_response("change_message_visibility", {}, expected)
        PostponedHours(client, "url").hide(message, NOW)
        stub.assert_no_pending_responses()


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
