"""Records of the stream and of the queue of postponed hours name the segments to post."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.posting import PostingRequest
from ses_reputation.ledger.posting_requests import read_posting_requests
from ses_reputation.ledger.segments import Segment

SENDER_HOUR = SenderHour("444455556666", "us-east-1", "example.com", "2026-11-20T14")
KEY = "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14"
CHANGED_AT = datetime(2026, 11, 20, 14, 5, 45, tzinfo=UTC)


def changed(pk: Any = KEY, number: str = "100") -> dict[str, Any]:
    """A record of a keys-only stream, as DynamoDB gives it to Lambda."""
    return {
        "eventID": "1",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": 1795183545.0,
            "Keys": {"pk": {"S": pk}, "sk": {"S": "digest"}},
            "SequenceNumber": number,
            "StreamViewType": "KEYS_ONLY",
        },
    }


def postponed(body: str, message_id: str = "queue-message-1") -> dict[str, Any]:
    return {"eventSource": "aws:sqs", "messageId": message_id, "body": body}


def test_a_change_requests_the_posting_of_its_segment_from_when_it_was_made() -> None:
    assert read_posting_requests([changed(), changed(f"{KEY}+2", "101")]) == (
        [
            PostingRequest(Segment(SENDER_HOUR), CHANGED_AT, "100"),
            PostingRequest(Segment(SENDER_HOUR, 2), CHANGED_AT, "101"),
        ],
        {},
    )


def test_a_postponed_hour_keeps_the_time_at_which_it_was_changed() -> None:
    body = json.dumps({"segment": KEY, "changed_at": "2026-11-20T15:05:45+01:00"})

    assert read_posting_requests([postponed(body)]) == (
        [PostingRequest(Segment(SENDER_HOUR), CHANGED_AT, "queue-message-1")],
        {},
    )


@pytest.mark.parametrize(
    "record",
    [
        changed("JOURNAL#444455556666"),
        changed("MESSAGE#message-1"),
        changed(None),
        postponed(""),
        postponed("[]"),
        postponed("null"),
        postponed("{}"),
        postponed(json.dumps({"segment": KEY})),
        postponed(json.dumps({"segment": 7, "changed_at": "2026-11-20T14:05:45+00:00"})),
        postponed(json.dumps({"segment": KEY, "changed_at": "recipient-1@gmail.com"})),
    ],
)
def test_a_record_that_names_no_segment_fails_alone(record: dict[str, Any]) -> None:
    requests, unreadable = read_posting_requests([changed(number="99"), record, changed(number="101")])

    assert [request.record for request in requests] == ["99", "101"]
    ((name, cause),) = unreadable.items()
    assert name in ("100", "queue-message-1")
    assert cause.startswith("the record names no segment: ")
    assert "@" not in cause
