"""The queue of postponed hours in SQS."""

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from ses_reputation.aws.dynamodb import time_text
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.posting_requests import PostingRequest, UnreadRecord
from ses_reputation.ledger.shards import Shard
from ses_reputation.tallies import group_by

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# What SQS lets wait: a message that is sent, and one that was received, within its twelve hours.
MOST_DELAY = 900
MOST_HIDING = 11 * 3600
_MOST_SENT = 10
PAUSE_SECONDS = 30

Asked = TypeVar("Asked", bound=Hashable)


class PostponedHours:
    """A queue of shards that are to be posted later."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put_off(self, shard: Shard, due_at: datetime, now: datetime) -> None:
        """Ask for a shard to be posted at `due_at`. Raises UnavailableError where SQS fails.

        The message may come earlier, as a queue delays by 15 minutes at most; then `hide` it.
        """
        seconds = _seconds_until(due_at, now, MOST_DELAY)
        body = json.dumps({"shard": journal_key(shard), "due_at": time_text(due_at)})
        with translating_aws_errors():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds)

    def hide(self, message: PostingRequest, now: datetime) -> None:
        """Hide a message that came early until its time. Raises UnavailableError where SQS fails.

        Whoever took it leaves it in the queue: Lambda does so with what a batch names as failed, and leaves
        its visibility as the function set it. A message is hidden for twelve hours at most since it was
        received (SQS, ChangeMessageVisibility), so it may come early again.
        """
        seconds = _seconds_until(message.changed_at, now, MOST_HIDING)
        with translating_aws_errors():
            self._client.change_message_visibility(
                QueueUrl=self._queue_url, ReceiptHandle=message.receipt, VisibilityTimeout=seconds
            )

    def make_up(self, missed: Sequence[PostingRequest]) -> frozenset[Shard]:
        """Ask for shards to be posted that could not be; return those for which SQS took no message.

        Such a message names its shard, since when it lacks a posting, and in which of its parts.
        """
        return self._send_all(
            {shard: _body_of(shard, requests) for shard, requests in group_by(missed, _shard).items()}
        )

    def keep_keys(self, unread: Iterable[UnreadRecord], now: datetime) -> frozenset[str]:
        """Ask for what keys of the stream name, though nobody here knows it; return those that SQS refused.

        In the stream such a record would hold up those behind it. Its message ends in the dead-letter queue,
        and names the key there. A release that can read the key posts it when it is redriven.
        """
        keys = dict.fromkeys(each.key for each in unread if each.key)
        changed_at = time_text(now)
        return self._send_all({key: json.dumps({"shard": key, "changed_at": changed_at}) for key in keys})

    def _send_all(self, bodies: Mapping[Asked, str]) -> frozenset[Asked]:
        """Send a message for each; return those for which SQS took none."""
        refused, every = set[Asked](), list(bodies)
        for start in range(0, len(every), _MOST_SENT):
            asked = every[start : start + _MOST_SENT]
            try:
                taken = self._send([bodies[each] for each in asked])
            except UnavailableError:
                # Those that follow would wait as long to learn the same.
                return frozenset((*refused, *every[start:]))
            refused.update(each for place, each in enumerate(asked) if place not in taken)
        return frozenset(refused)

    def _send(self, bodies: Sequence[str]) -> set[int]:
        """Send up to ten messages; return the places of those that SQS took."""
        with translating_aws_errors():
            answer = self._client.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(place), "MessageBody": body, "DelaySeconds": PAUSE_SECONDS}
                    for place, body in enumerate(bodies)
                ],
            )
        return {int(taken["Id"]) for taken in answer.get("Successful", ())}


def _shard(request: PostingRequest) -> Shard:
    return request.shard


def _body_of(shard: Shard, missed: Sequence[PostingRequest]) -> str:
    touched = frozenset[str]().union(*(request.touched for request in missed))
    changed_at = max(request.changed_at for request in missed)
    return json.dumps(
        {
            "shard": journal_key(shard),
            "changed_at": time_text(changed_at),
            "touched": "".join(sorted(touched)),
        }
    )


def _seconds_until(at: datetime, now: datetime, most: int) -> int:
    return min(most, max(1, ceil((at - now).total_seconds())))
