"""Which shards the records name that make `functions/post_balances` run."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from ses_reputation.json_text import parse_json
from ses_reputation.ledger.balance_store import BalanceStore, LastPosting
from ses_reputation.ledger.keys import shard_of_key
from ses_reputation.ledger.pages import is_urgent, touched_digits
from ses_reputation.ledger.shards import DIGITS, Shard
from ses_reputation.tallies import group_pairs

EVERY_DIGIT = frozenset(DIGITS)


@dataclass(frozen=True, slots=True)
class PostingRequest:
    """A page that was added to a shard by an aware time, and the record that says so.

    touched: digits of the parts of the shard in which the page has facts. is_urgent: whether it has bounces
    or complaints. is_waiting: whether it is the message that was put off until `changed_at`. is_missed:
    whether it is the message that makes up for postings that failed. receipt: of a message, the handle by
    which its queue knows this delivery.
    """

    shard: Shard
    changed_at: datetime
    record: str
    touched: frozenset[str] = EVERY_DIGIT
    is_urgent: bool = False
    is_waiting: bool = False
    is_missed: bool = False
    receipt: str = ""

    @property
    def is_message(self) -> bool:
        """Whether it came from the queue of postponed hours, and not from the stream."""
        return self.is_waiting or self.is_missed


@dataclass(frozen=True, slots=True)
class UnreadRecord:
    """A record that names no shard, and why. key: of one of the stream, its partition key; else empty."""

    record: str
    cause: str
    key: str = ""


class Postponing(Protocol):
    """Where shards wait that are not due yet, or whose posting failed."""

    def put_off(self, shard: Shard, due_at: datetime, now: datetime) -> None:
        """Ask for a shard to be posted at `due_at`, or as near before as can be asked for."""

    def hide(self, message: PostingRequest, now: datetime) -> None:
        """Let a message that came early come again at its time, or as near before as can be asked for."""

    def make_up(self, missed: Sequence[PostingRequest]) -> Collection[Shard]:
        """Ask for the shards of requests to be posted soon; return those that could not be asked for."""


def read_posting_requests(
    records: Iterable[Mapping[str, Any]],
) -> tuple[list[PostingRequest], list[UnreadRecord]]:
    """Return what records of the ledger's stream, or of the queue of postponed hours, request.

    With it the records that name no shard, and why: they end in a dead-letter queue, each alone.
    """
    requests: list[PostingRequest] = []
    unread: list[UnreadRecord] = []
    for record in records:
        is_postponed = record["eventSource"] == "aws:sqs"
        name = record["messageId"] if is_postponed else record["dynamodb"]["SequenceNumber"]
        try:
            requests.append(_postponed(record, name) if is_postponed else _changed(record, name))
        except Exception as error:
            # One record must not take its batch along. The kind of error only: its text may quote the record.
            cause = f"the record names no hour: {type(error).__name__}"
            unread.append(
                UnreadRecord(name, cause, "" if is_postponed else record["dynamodb"]["Keys"]["pk"]["S"])
            )
    return requests, unread


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
    message = parse_json(record["body"])
    is_missed = "changed_at" in message
    at = datetime.fromisoformat(message["changed_at" if is_missed else "due_at"]).astimezone(UTC)
    return PostingRequest(
        shard_of_key(message["shard"]),
        at,
        name,
        frozenset(message.get("touched", DIGITS)),
        is_waiting=not is_missed,
        is_missed=is_missed,
        receipt=record.get("receiptHandle", ""),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """A shard that is named, what is stored of it, and whether it is to be divided, or is a new part."""

    shard: Shard
    stored: LastPosting | None
    requests: Sequence[PostingRequest]
    is_divided: bool = False
    is_new_part: bool = False

    @property
    def changed_at(self) -> datetime:
        """When the last of the pages came that it is requested for."""
        return max(request.changed_at for request in self.requests)


def tasks_of(store: BalanceStore, shard: Shard, requests: Sequence[PostingRequest]) -> Iterator[Task]:
    """Yield the shards that requests name, as deep as this one is divided."""
    stored = store.last_posting(shard)
    if stored is None or not stored.parts:
        is_divided = any(len(request.shard.prefix) > len(shard.prefix) for request in requests)
        yield Task(shard, stored, requests, is_divided)
        return
    by_digit = group_pairs(
        (digit, request) for request in requests for digit in _digits_below(shard, request)
    )
    for digit, of_part in sorted(by_digit.items()):
        part = shard.part(digit)
        for task in tasks_of(store, part, of_part):
            is_new_part = task.is_new_part or (task.shard == part and digit not in stored.parts)
            yield replace(task, is_new_part=is_new_part)


def _digits_below(shard: Shard, request: PostingRequest) -> Iterable[str]:
    """Return which parts of a shard a request names; that of a wider shard may name any."""
    depth, prefix = len(shard.prefix), request.shard.prefix
    if len(prefix) > depth:
        return prefix[depth]
    return request.touched if len(prefix) == depth else DIGITS
