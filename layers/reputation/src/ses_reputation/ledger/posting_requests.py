"""Which shards the records name that make `functions/post_balances` run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.ledger.keys import shard_of_key
from ses_reputation.ledger.pages import is_urgent, touched_digits
from ses_reputation.ledger.shards import DIGITS, Shard

EVERY_DIGIT = frozenset(DIGITS)


@dataclass(frozen=True, slots=True)
class PostingRequest:
    """A page that was added to a shard by an aware time, and the record that says so.

    touched: digits of the parts of the shard in which the page has facts. is_urgent: whether it has bounces
    or complaints. is_waiting: whether it is the message that was put off until `changed_at`.
    """

    shard: Shard
    changed_at: datetime
    record: str
    touched: frozenset[str] = EVERY_DIGIT
    is_urgent: bool = False
    is_waiting: bool = False


def read_posting_requests(
    records: Iterable[Mapping[str, Any]],
) -> tuple[list[PostingRequest], dict[str, str]]:
    """Return what records of the ledger's stream, or of the queue of postponed hours, request.

    With it the records that name no shard, and why: they fail alone, and end in a dead-letter queue.
    """
    requests: list[PostingRequest] = []
    unreadable: dict[str, str] = {}
    for record in records:
        is_postponed = record["eventSource"] == "aws:sqs"
        name = record["messageId"] if is_postponed else record["dynamodb"]["SequenceNumber"]
        try:
            requests.append(_postponed(record, name) if is_postponed else _changed(record, name))
        except Exception as error:
            # One record must not take its batch along. The kind of error only: its text may quote the record.
            unreadable[name] = f"the record names no hour: {type(error).__name__}"
    return requests, unreadable


def _changed(record: Mapping[str, Any], name: str) -> PostingRequest:
    change = record["dynamodb"]
    keys, changed_at = change["Keys"], datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    sort_key = keys["sk"]["S"]
    return PostingRequest(
        shard_of_key(keys["pk"]["S"]),
        changed_at,
        name,
        touched=touched_digits(sort_key),
        is_urgent=is_urgent(sort_key),
    )


def _postponed(record: Mapping[str, Any], name: str) -> PostingRequest:
    postponed = parse_json(record["body"])
    due_at = datetime.fromisoformat(postponed["due_at"]).astimezone(UTC)
    return PostingRequest(shard_of_key(postponed["shard"]), due_at, name, is_waiting=True)
