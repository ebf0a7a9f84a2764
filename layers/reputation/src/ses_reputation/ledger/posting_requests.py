"""Which chapters the records name that make `functions/post_balances` run."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ses_reputation.ledger.keys import chapter_of_key
from ses_reputation.ledger.posting import Touch


def read_touches(records: Iterable[Mapping[str, Any]]) -> tuple[list[Touch], dict[str, str]]:
    """Return what records of the ledger's stream, or of the queue of postponed hours, touch.

    With it the records that name no chapter, and why: they fail alone, and end in a dead-letter queue.
    """
    touches: list[Touch] = []
    unreadable: dict[str, str] = {}
    for record in records:
        is_postponed = record["eventSource"] == "aws:sqs"
        name = record["messageId"] if is_postponed else record["dynamodb"]["SequenceNumber"]
        try:
            key, touched_at = _postponed(record) if is_postponed else _changed(record)
            touches.append(Touch(chapter_of_key(str(key)), touched_at, name))
        except (ValueError, KeyError, TypeError) as error:
            # The kind of error only: its text may quote the record.
            unreadable[name] = f"the record names no chapter: {type(error).__name__}"
    return touches, unreadable


def _changed(record: Mapping[str, Any]) -> tuple[str, datetime]:
    change = record["dynamodb"]
    return change["Keys"]["pk"]["S"], datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)


def _postponed(record: Mapping[str, Any]) -> tuple[str, datetime]:
    postponed = json.loads(record["body"])
    return postponed["chapter"], datetime.fromisoformat(postponed["touched_at"]).astimezone(UTC)
