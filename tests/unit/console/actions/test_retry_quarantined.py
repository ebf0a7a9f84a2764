"""What today's settings take goes back to the queue, then leaves the quarantine; nothing is lost."""

import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from console.actions.retry_quarantined import FeedbackQueue, RetryOutcome, retry_quarantined
from console.stack.quarantined import read_quarantined
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import read_wire
from ses_reputation.feedback.set_aside import Quarantined
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.quarantine.record import record_of
from ses_reputation.quarantine.store import QuarantineBucket
from tests.support.notifications import DELEGATE, FOREIGN, OWNER, envelope, published

BEFORE = Registry(frozenset({OWNER}))
NOW_REGISTERED = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
DAY = datetime(2026, 11, 22, tzinfo=UTC)
SEND = envelope(json.dumps(published("Send")), DELEGATE)
FOREIGN_SEND = envelope(json.dumps(published("Send")), FOREIGN)
OPEN = envelope(json.dumps(published("Open")), DELEGATE)
CONFIRMING = {"Type": "SubscriptionConfirmation", "Token": "token-1"}
REQUEST = envelope("You have chosen to subscribe", DELEGATE, **CONFIRMING)


class Objects:
    """S3 as the quarantine calls it; `refuse` raises where a call is to fail."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.refuse: Callable[[str], None] = lambda _call: None

    def put_object(self, **request: Any) -> None:
        self.contents[request["Key"]] = request["Body"]

    def get_object(self, **request: Any) -> dict[str, Any]:
        if request["Key"] not in self.contents:
            raise refusal("NoSuchKey")
        return {"Body": io.BytesIO(self.contents[request["Key"]])}

    def delete_object(self, **request: Any) -> None:
        self.refuse("delete")
        self.contents.pop(request["Key"], None)


class Queue:
    """SQS as a retry calls it: takes at most ten messages and 256 KiB together."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.brought: list[str] = []
        self.refused: set[str] = set()
        self.fail: Exception | None = None

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        entries = request["Entries"]
        assert request["QueueUrl"] == "feedback"
        assert 0 < len(entries) <= 10
        certificates = [_certificate_of(entry) for entry in entries]
        sizes = [
            len(entry["MessageBody"].encode()) + len(certificate)
            for entry, certificate in zip(entries, certificates, strict=True)
        ]
        assert len(sizes) == 1 or sum(sizes) <= 262_144
        if self.fail:
            raise self.fail
        failed = [entry for entry in entries if entry["MessageBody"] in self.refused]
        self.taken += [entry["MessageBody"] for entry in entries if entry not in failed]
        self.brought += filter(None, certificates)
        return {"Failed": [{"Id": entry["Id"], "Code": "InvalidMessageContents"} for entry in failed]}


def _certificate_of(entry: dict[str, Any]) -> str:
    attribute = entry["MessageAttributes"].get("SigningCertificate")
    assert attribute is None or attribute["DataType"] == "String"
    return str(attribute["StringValue"]) if attribute else ""


class Stack:
    """A quarantine and a queue, and the settings that the function has now."""

    def __init__(self) -> None:
        self.objects, self.queue = Objects(), Queue()
        self.bucket = QuarantineBucket(lambda: self.objects, "bucket")  # type: ignore[arg-type,return-value]
        self.settings = JournalSettings("table", "bucket", NOW_REGISTERED, frozenset(), timedelta(days=400))

    def quarantine(self, body: str, number: int = 1, certificate: str = "") -> str:
        reading = read_wire(body, BEFORE)
        assert isinstance(reading, Quarantined)
        record = record_of(reading, f"message-{number}", DAY, body, certificate)
        self.bucket.keep(record)
        return record.key

    def retry(self) -> RetryOutcome:
        messages = read_quarantined(self.bucket, sorted(self.objects.contents), lambda _done: None)
        queue = FeedbackQueue(self.queue, "feedback")  # type: ignore[arg-type]
        return retry_quarantined(messages, self.settings, queue, self.bucket)


@pytest.fixture
def stack() -> Stack:
    return Stack()


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Call")


def test_what_a_registration_has_made_right_goes_back_as_it_came(stack: Stack) -> None:
    for number, body in enumerate([SEND, OPEN, REQUEST]):
        stack.quarantine(body, number)
    outcome = stack.retry()

    assert sorted(stack.queue.taken) == sorted([SEND, OPEN, REQUEST])
    assert outcome.put_back == Counter(journaled=1, ignored=1, subscription=1)
    assert stack.objects.contents == {}
    assert outcome.is_complete


def test_a_message_brings_the_certificate_along_that_was_kept_with_it(stack: Stack) -> None:
    """SNS may not publish it any more."""
    stack.quarantine(SEND, 1, certificate="-----BEGIN CERTIFICATE-----")
    stack.quarantine(OPEN, 2)
    stack.retry()

    assert stack.queue.brought == ["-----BEGIN CERTIFICATE-----"]


def test_what_would_be_quarantined_again_stays_and_says_why_today(stack: Stack) -> None:
    key = stack.quarantine(FOREIGN_SEND, 1)
    stack.quarantine(FOREIGN_SEND, 2)
    stack.quarantine("no JSON", 3)
    outcome = stack.retry()

    assert stack.queue.taken == []
    assert len(stack.objects.contents) == 3
    by_reason = {reason: (explanation, number) for (reason, explanation), number in outcome.staying.items()}
    assert by_reason["foreign_topic"] == (
        "the topic's account 999900001111 is not registered: if it is yours, register it with "
        "`ses-reputation accounts add`",
        2,
    )
    assert by_reason["unreadable"][1] == 1
    assert key in outcome.examples.values()
    assert outcome.is_complete


def test_a_damaged_object_stays_and_is_named(stack: Stack) -> None:
    key = "quarantine/unreadable/2026-11-22/damaged.json"
    stack.objects.contents[key] = b"{"
    stack.quarantine(SEND)
    outcome = stack.retry()

    assert outcome.unreadable == [key]
    assert list(stack.objects.contents) == [key]
    assert stack.queue.taken == [SEND]


def test_an_object_that_expires_meanwhile_is_passed_over(stack: Stack) -> None:
    gone = ["quarantine/unreadable/2026-11-22/gone.json"]

    assert list(read_quarantined(stack.bucket, gone, lambda _done: None)) == []


def test_what_the_queue_refuses_stays_alone(stack: Stack) -> None:
    other = envelope(json.dumps(published("Rendering Failure")), DELEGATE)
    stack.quarantine(SEND, 1)
    key = stack.quarantine(other, 2)
    stack.queue.refused = {other}
    outcome = stack.retry()

    assert outcome.not_sent == Counter(InvalidMessageContents=1)
    assert list(stack.objects.contents) == [key]
    assert not outcome.is_complete


@pytest.mark.parametrize(
    "error", [refusal("AccessDenied"), EndpointConnectionError(endpoint_url="https://sqs")]
)
def test_where_the_queue_is_out_of_reach_nothing_leaves_the_quarantine(
    stack: Stack, error: Exception
) -> None:
    keys = {stack.quarantine(SEND, number) for number in range(25)}
    stack.queue.fail = error
    outcome = stack.retry()

    assert stack.objects.contents.keys() == keys
    assert outcome.put_back == Counter()
    assert outcome.obstacle == str(error)
    assert not outcome.is_complete


def test_cut_off_before_an_object_leaves_the_message_comes_twice_and_is_never_lost(stack: Stack) -> None:
    keys = [stack.quarantine(SEND.replace("message-1", f"message-{number}"), number) for number in range(25)]
    deleted: list[str] = []

    def fail_at_the_fourth(call: str) -> None:
        deleted.append(call)
        if len(deleted) == 4:
            raise refusal("SlowDown")

    stack.objects.refuse = fail_at_the_fourth
    first = stack.retry()
    stack.objects.refuse = lambda _call: None
    second = stack.retry()

    assert first.obstacle == "SlowDown"
    assert first.put_back == Counter(journaled=10)
    assert second.put_back == Counter(journaled=22)
    assert second.is_complete
    assert stack.objects.contents == {}
    # Each of the 25 is on the queue, and the seven that had not left the quarantine are twice.
    assert len(set(stack.queue.taken)) == len(keys) == 25
    assert len(stack.queue.taken) == 32


def test_large_messages_share_no_call(stack: Stack) -> None:
    for number in range(12):
        event = published("Send", mail_fields={"subject": "x" * 100_000, "messageId": f"m-{number}"})
        stack.quarantine(envelope(json.dumps(event), DELEGATE), number)
    outcome = stack.retry()

    assert outcome.put_back == Counter(journaled=12)
    assert len(stack.queue.taken) == 12


def test_progress_counts_every_key(stack: Stack) -> None:
    keys = [stack.quarantine(SEND, number) for number in range(700)]
    seen: list[int] = []

    assert len(list(read_quarantined(stack.bucket, keys, seen.append))) == 700
    assert seen == [320, 640, 700]
