"""Records of the stream and of the queue of postponed hours name the shards to post."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ses_reputation.ledger.posting_requests import PostingRequest, read_posting_requests
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from tests.support.pages import ACCOUNT_HOUR, WHOLE

KEY = "JOURNAL#444455556666#us-east-1#2026-11-20T14"
# Facts in the buckets 0 and 7: 0001 + 0080.
SORT_KEY = "0081-AAECAwQFBgcICQoL"
CHANGED_AT = datetime(2026, 11, 20, 14, 5, 45, tzinfo=UTC)
EVERY_DIGIT = frozenset("0123456789abcdef")


def changed(pk: Any = KEY, number: str = "100", sk: Any = SORT_KEY) -> dict[str, Any]:
    """A record of a keys-only stream, as DynamoDB gives it to Lambda."""
    return {
        "eventID": "1",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": 1795183545.0,
            "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
            "SequenceNumber": number,
            "StreamViewType": "KEYS_ONLY",
        },
    }


def postponed(body: str, message_id: str = "queue-message-1") -> dict[str, Any]:
    return {"eventSource": "aws:sqs", "messageId": message_id, "body": body}


def test_a_change_requests_the_posting_of_its_shard_from_when_it_was_made() -> None:
    records = [
        changed(),
        changed(f"{KEY}+2/7a", "101", "ffff-AAECAwQFBgcICQoL"),
        changed(number="102", sk="8000!AAECAwQFBgcICQoL"),
    ]

    assert read_posting_requests(records) == (
        [
            PostingRequest(WHOLE, CHANGED_AT, "100", frozenset("07")),
            PostingRequest(Shard(Segment(ACCOUNT_HOUR, 2), "7a"), CHANGED_AT, "101", EVERY_DIGIT),
            PostingRequest(WHOLE, CHANGED_AT, "102", frozenset("f"), is_urgent=True),
        ],
        [],
    )


def test_a_postponed_shard_is_due_when_its_message_says_and_may_have_changed_anywhere() -> None:
    body = json.dumps({"shard": f"{KEY}/7", "due_at": "2026-11-20T15:05:45+01:00"})

    assert read_posting_requests([postponed(body)]) == (
        [PostingRequest(WHOLE.part("7"), CHANGED_AT, "queue-message-1", EVERY_DIGIT, is_waiting=True)],
        [],
    )


@pytest.mark.parametrize(
    "record",
    [
        changed("JOURNAL#444455556666"),
        changed("MESSAGE#message-1"),
        changed(sk="digest"),
        changed(sk=None),
        changed(sk=""),
        postponed(""),
        postponed("[]"),
        postponed("null"),
        postponed("{}"),
        postponed("[" * 100_000),
        postponed(json.dumps({"shard": KEY, "due_at": "0001-01-01T00:00:00+14:00"})),
        changed() | {"dynamodb": {**changed()["dynamodb"], "ApproximateCreationDateTime": 1e300}},
        postponed(json.dumps({"shard": KEY})),
        postponed(json.dumps({"shard": 7, "due_at": "2026-11-20T14:05:45+00:00"})),
        postponed(json.dumps({"shard": KEY, "due_at": "recipient-1@gmail.com"})),
        # Of the version before.
        postponed(json.dumps({"segment": KEY, "changed_at": "2026-11-20T14:05:45+00:00"})),
    ],
)
def test_a_record_that_names_no_hour_is_told_apart(record: dict[str, Any]) -> None:
    requests, (unread,) = read_posting_requests([changed(number="99"), record, changed(number="101")])

    assert [request.record for request in requests] == ["99", "101"]
    assert unread.record in ("100", "queue-message-1")
    assert unread.cause.startswith("the record names no hour: ")
    assert "@" not in unread.cause


def test_of_an_unread_record_of_the_stream_the_partition_key_is_known() -> None:
    _, unread = read_posting_requests([changed("JOURNAL#of no hour"), changed(sk="digest"), postponed("{}")])

    assert [each.key for each in unread] == ["JOURNAL#of no hour", KEY, ""]
