"""The ledger's table in DynamoDB."""

import random
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from ses_reputation.aws.dynamodb import ItemStore, ItemTable, Row, time_value
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.balance_store import Balance, LastPosting, PagesRead
from ses_reputation.ledger.delays import unpack_delays
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.keys import (
    BALANCE,
    JOURNAL,
    MESSAGE,
    balance_key,
    balance_partition,
    delays_partition,
    journal_key,
    message_partition,
    shard_of_balance,
    shard_of_key,
)
from ses_reputation.ledger.pages import GatheredRuns
from ses_reputation.ledger.rows import (
    FROM_NO_FEWER_PAGES,
    WHOLE_FROM_NO_FEWER_PAGES,
    BalanceBeingWrittenError,
    balances_of_rows,
    changed_pieces,
    entry_of_row,
    key_of,
    last_posting_of_row,
    row_of,
    rows_of_run,
    runs_of_row,
    values_of_balance,
)
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.tallies import group_by
from ses_reputation.time_left import HasTime, always

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from ses_reputation.hours import Day

_MOST_PUTS = 25
_ATTEMPTS = 6
_READS_AGAIN = 3
NO_TIME = "no time was left"
"""Why something was not written, and has to come again."""
_SECONDS_BETWEEN_READS = 0.5


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

    def write(self, rows: Sequence[JournalRow], has_time: HasTime = always) -> dict[int, str]:
        """Put all rows for which there is time; again is harmless.

        Return the places of those that were not stored, and why.
        """
        unstored: dict[int, str] = {}
        for start in range(0, len(rows), _MOST_PUTS):
            # One batch may hold a key once only; rows of one key are the same row.
            places = range(len(rows))[start : start + _MOST_PUTS]
            if not has_time():
                unstored.update(dict.fromkeys(places, NO_TIME))
                continue
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


class BalanceTable(ItemStore):
    """The posting side, and what readers ask of balances. Raises UnavailableError where DynamoDB fails."""

    def read_pages(self, shard: Shard) -> PagesRead:
        """Read all pages of a shard itself, consistently. Raises PageError where one cannot be decoded."""
        gathered = GatheredRuns()
        pages, read_units = 0, 0.0
        for answer in self._items.pages(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": journal_key(shard)}},
            ConsistentRead=True,
            ReturnConsumedCapacity="TOTAL",
        ):
            pages += len(answer["Items"])
            read_units += answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
            for page in answer["Items"]:
                gathered.add(runs_of_row(page))
        return PagesRead(pages, gathered.runs(), read_units)

    def last_posting(self, shard: Shard) -> LastPosting | None:
        """Read what is stored of a shard's balance, consistently; None where it was never posted."""
        row = self._items.get(*balance_key(shard))
        return last_posting_of_row(row) if row else None

    def begin_run(self, segments: Iterable[Segment], begun_at: datetime) -> None:
        """Write down which account-days' balances are about to change."""
        for row in rows_of_run(segments, begun_at, secrets.token_hex(4)):
            self._items.put(row)

    def write_balance(self, balance: Balance, before: LastPosting | None, *, replaces: bool = False) -> bool:
        """Write what changed of a balance, all or nothing, unless the stored one is of more pages or divided.

        Return whether it was written. `before` is what was stored before its pages were read. One that
        replaces it is written whole, and may be of fewer pages than `before`, not than another stored since.
        """
        values = values_of_balance(balance)
        change = ", ".join(f"{name} = :{name}" for name in values)
        most = max(balance.pages, before.pages) if before and replaces else balance.pages
        return self._items.update_together(
            balance_key(balance.shard),
            f"SET {change}",
            WHOLE_FROM_NO_FEWER_PAGES,
            {":most": {"N": str(most)}} | {f":{name}": value for name, value in values.items()},
            changed_pieces(balance, None if replaces else before),
        )

    def divide(self, shard: Shard, parts: Collection[str], pages: int, now: datetime) -> bool:
        """Let parts stand for a shard's balance, beside those that do already, unless it is of more pages."""
        changed = self._items.update(
            balance_key(shard),
            "SET pages = :pages, read_units = :none, posted_at = :now REMOVE figures, digests "
            "ADD parts :parts",
            FROM_NO_FEWER_PAGES,
            {
                ":now": time_value(now),
                ":pages": {"N": str(pages)},
                ":most": {"N": str(pages)},
                ":none": {"N": "0"},
                ":parts": {"SS": sorted(parts)},
            },
        )
        return changed is not None

    def set_due(self, shard: Shard, due_at: datetime) -> None:
        """Remember that a message asks for a shard to be posted at a time."""
        self._items.update(
            balance_key(shard), "SET due_at = :due", "attribute_exists(pages)", {":due": time_value(due_at)}
        )

    def balances_of_account(
        self, account: str, region: str, first_hour: str = "", last_hour: str = ""
    ) -> list[Balance]:
        """Return the balances of an account in one Region, by hour; hours are inclusive, empty is open."""
        partition = balance_partition(account, region)
        return read_balances(self._items, partition, first_hour or "0", last_hour or "9")


def read_balances(
    items: ItemTable, partition: str, first: str, last: str, sleep: Callable[[float], None] = time.sleep
) -> list[Balance]:
    """Return the balances of an account from one hour or day to another, read eventually consistent.

    What is being written is read again. Raises UnavailableError also where that goes on.
    """
    for _ in range(_READS_AGAIN):
        with suppress(BalanceBeingWrittenError):
            return list(balances_of_rows(items.between(partition, first, last)))
        sleep(_SECONDS_BETWEEN_READS)
    return list(balances_of_rows(items.between(partition, first, last)))


class ShardTable(ItemStore):
    """Finds what the table holds, whoever sent it. Raises UnavailableError where DynamoDB fails."""

    def shards(self) -> Iterator[tuple[list[Shard], list[Shard]]]:
        """Yield the shards that have pages, and those that have a balance, as the table is read through.

        Keys that name no shard are passed over.
        """
        for keys in self._items.scan_keys(f"{JOURNAL}#", f"{BALANCE}#"):
            paged, balanced = set[Shard](), set[Shard]()
            for pk, sk in keys:
                with suppress(ValueError):
                    if pk.startswith(JOURNAL):
                        paged.add(shard_of_key(pk))
                    else:
                        balanced.add(shard_of_balance(pk, sk)[0])
            yield list(paged), list(balanced)


class EntryTable(ItemStore):
    """What readers ask of entries and delays. Raises UnavailableError where DynamoDB fails."""

    def entries_of_message(self, message_id: str) -> Iterator[dict[str, str]]:
        """Yield the entries of a message as names and text, with `message_id`."""
        return map(entry_of_row, self._items.partition(message_partition(message_id)))

    def entries_of_recipient(self, recipient: str) -> Iterator[dict[str, str]]:
        """Yield the entries of a normalised recipient, oldest first, as names and text, with `message_id`."""
        for answer in self._items.pages(
            IndexName="by_recipient",
            KeyConditionExpression="recipient = :key",
            ExpressionAttributeValues={":key": {"S": recipient}},
        ):
            for key in answer["Items"]:
                if row := self._items.get(key["pk"]["S"], key["sk"]["S"]):
                    yield entry_of_row(row)

    def all_entries(self) -> Iterator[list[dict[str, str]]]:
        """Yield all entries, without delays, as the whole table is read through, page by page."""
        for rows in self._items.scan(f"{MESSAGE}#"):
            yield [entry_of_row(row) for row in rows]

    def delays_of_account(self, account: str, region: str, day: "Day") -> Iterator[dict[str, str]]:
        """Yield the delays of an account that arrived on a day (UTC), as entries are; repetitions too."""
        for row in self._items.partition(delays_partition(account, region, day)):
            yield from unpack_delays(bytes(row["delays"]["B"]))


def _key_of_put(put: Row) -> tuple[str, str]:
    written = put["PutRequest"]["Item"]
    return written["pk"]["S"], written["sk"]["S"]
