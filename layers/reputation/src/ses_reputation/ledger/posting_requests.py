"""Which segments the records name that make `functions/post_balances` run."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ses_reputation.ledger.keys import segment_of_key
from ses_reputation.ledger.posting import PostingRequest


def read_posting_requests(
    records: Iterable[Mapping[str, Any]],
) -> tuple[list[PostingRequest], dict[str, str]]:
    """Return what records of the ledger's stream, or of the queue of postponed hours, request.

    With it the records that name no segment, and why: they fail alone, and end in a dead-letter queue.
    """
    requests: list[PostingRequest] = []
    unreadable: dict[str, str] = {}
    for record in records:
        is_postponed = record["eventSource"] == "aws:sqs"
        name = record["messageId"] if is_postponed else record["dynamodb"]["SequenceNumber"]
        try:
            key, changed_at = _postponed(record) if is_postponed else _changed(record)
            requests.append(PostingRequest(segment_of_key(str(key)), changed_at, name))
        except (ValueError, KeyError, TypeError) as error:
            # The kind of error only: its text may quote the record.
            unreadable[name] = f"the record names no segment: {type(error).__name__}"
    return requests, unreadable


def _changed(record: Mapping[str, Any]) -> tuple[str, datetime]:
    change = record["dynamodb"]
    return change["Keys"]["pk"]["S"], datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)


def _postponed(record: Mapping[str, Any]) -> tuple[str, datetime]:
    postponed = json.loads(record["body"])
    return postponed["segment"], datetime.fromisoformat(postponed["changed_at"]).astimezone(UTC)
