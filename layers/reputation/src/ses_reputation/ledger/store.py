"""The ledger's table in DynamoDB."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ses_reputation.aws.dynamodb import ItemTable, Row
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.keys import (
    balance_key,
    balance_partition,
    journal_key,
    message_partition,
    segment_of_balance,
)
from ses_reputation.ledger.posting import Balance, SegmentRead
from ses_reputation.ledger.rows import (
    FROM_NO_FEWER_PAGES,
    balance_of_row,
    entry_of_row,
    key_of,
    row_of,
    row_of_balance,
    runs_of_row,
)
from ses_reputation.ledger.segments import Segment
from ses_reputation.tallies import group_by

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from ses_reputation.ledger.pages import FactRun

_MOST_PUTS = 25
_ATTEMPTS = 6
_MOST_DELAY_SECONDS = 900


class JournalTable:
    """The writing side: pages and entries, put without conditions.

    `sleep` takes seconds; tests give one that does not wait.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def write(self, rows: Sequence[JournalRow]) -> dict[int, str]:
        """Put all rows; again is harmless. Return the places of those that were not stored, and why."""
        unstored: dict[int, str] = {}
        for start in range(0, len(rows), _MOST_PUTS):
            # One batch may hold a key once only; rows of one key are the same row.
            places = range(len(rows))[start : start + _MOST_PUTS]
            chunk = group_by(places, lambda place: key_of(rows[place]))
            puts: list[Row] = [{"PutRequest": {"Item": row_of(rows[places[0]])}} for places in chunk.values()]
            # Where one chunk found no room after all its attempts, the next need not wait as long to learn
            # it.
            for put, cause in self._put_all(puts, attempts=1 if unstored else _ATTEMPTS):
                unstored.update(dict.fromkeys(chunk[_key_of_put(put)], cause))
        return unstored

    def _put_all(self, puts: list[Row], attempts: int) -> list[tuple[Row, str]]:
        """Put up to 25 items, with backoff those that find no room; return what is left, and why."""
        for attempt in range(attempts):
            if attempt:
                self._sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311
            try:
                with translating_aws_errors():
                    answer = self._client.batch_write_item(RequestItems={self._table: puts})  # type: ignore[dict-item]
            except UnavailableError as error:
                code = str(error)
                is_about_one = code == "ValidationException" and len(puts) > 1
                return self._put_singly(puts) if is_about_one else [(put, code) for put in puts]
            puts = list(answer.get("UnprocessedItems", {}).get(self._table, ()))
            if not puts:
                break
        return [(put, "UnprocessedItems") for put in puts]

    def _put_singly(self, puts: Sequence[Row]) -> list[tuple[Row, str]]:
        """One item that DynamoDB refuses must not take its 24 neighbours with it."""
        return [left for put in puts for left in self._put_all([put], attempts=1)]


class BalanceTable:
    """The posting side, and what readers ask of balances and entries.

    Posting raises UnavailableError where DynamoDB fails; the readers' methods raise botocore's
    ClientError.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._items = ItemTable(client, table)

    def read_segment(self, segment: Segment) -> SegmentRead:
        """Read all pages of a segment, consistently.

        Raises PageError where one cannot be decoded, UnavailableError where DynamoDB fails.
        """
        runs: list[FactRun] = []
        pages, read_units = 0, 0.0
        for answer in self._items.pages(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": journal_key(segment)}},
            ConsistentRead=True,
            ReturnConsumedCapacity="TOTAL",
        ):
            pages += len(answer["Items"])
            read_units += answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
            for page in answer["Items"]:
                runs.extend(runs_of_row(page))
        return SegmentRead(pages, runs, read_units)

    def read_balance(self, segment: Segment) -> Balance | None:
        """Read a segment's balance, consistently; None where it was never posted."""
        row = self._items.get(*balance_key(segment))
        return balance_of_row(row) if row else None

    def write_balance(self, balance: Balance) -> bool:
        """Write a balance unless the stored one is of more pages; return whether it was written."""
        values = {":pages": balance.pages}
        return self._items.put_together(row_of_balance(balance), (), FROM_NO_FEWER_PAGES, values)

    def balances_of_account(
        self, account: str, region: str, first_hour: str = "", last_hour: str = ""
    ) -> Iterator[Balance]:
        """Yield the balances of an account in one Region, by hour; hours are inclusive, empty is open."""
        rows = self._rows(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": balance_partition(account, region)},
                **_bounds(first_hour, last_hour),
            },
        )
        return map(balance_of_row, rows)

    def balances_of_identity(
        self, identity: str, first_hour: str = "", last_hour: str = ""
    ) -> Iterator[Balance]:
        """Yield the balances of an identity across all senders: the owner's entity."""
        keys = self._rows(
            IndexName="by_identity",
            KeyConditionExpression="#identity = :identity AND sk BETWEEN :first AND :last",
            ExpressionAttributeNames={"#identity": "identity"},
            ExpressionAttributeValues={":identity": {"S": identity}, **_bounds(first_hour, last_hour)},
        )
        for key in keys:
            balance = self.read_balance(segment_of_balance(key["pk"]["S"], key["sk"]["S"]))
            if balance:
                yield balance

    def entries_of_message(self, message_id: str) -> Iterator[dict[str, str]]:
        """Yield the entries of a message as names and text, with `message_id`."""
        values = {":key": {"S": message_partition(message_id)}}
        rows = self._rows(KeyConditionExpression="pk = :key", ExpressionAttributeValues=values)
        return map(entry_of_row, rows)

    def entries_of_recipient(self, recipient: str) -> Iterator[dict[str, str]]:
        """Yield the entries of a normalised recipient, oldest first, as names and text, with `message_id`."""
        rows = self._rows(
            IndexName="by_recipient",
            KeyConditionExpression="recipient = :key",
            ExpressionAttributeValues={":key": {"S": recipient}},
        )
        return map(entry_of_row, rows)

    def _rows(self, **query: Any) -> Iterator[Row]:
        answers = self._client.get_paginator("query").paginate(TableName=self._table, **query)
        return (row for answer in answers for row in answer["Items"])


def _bounds(first_hour: str, last_hour: str) -> Row:
    return {":first": {"S": first_hour or "0"}, ":last": {"S": f"{last_hour or '9'}~"}}


class PostponedHours:
    """A queue of segments that are to be posted later; a queue's delay is at most 15 minutes."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put_off(self, segment: Segment, changed_at: datetime, wait: timedelta) -> None:
        """Ask for a segment to be posted after `wait`. Raises UnavailableError where SQS fails."""
        seconds = min(_MOST_DELAY_SECONDS, max(1, round(wait.total_seconds())))
        body = json.dumps({"segment": journal_key(segment), "changed_at": changed_at.isoformat()})
        with translating_aws_errors():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds)


def _key_of_put(put: Row) -> tuple[str, str]:
    written = put["PutRequest"]["Item"]
    return written["pk"]["S"], written["sk"]["S"]
