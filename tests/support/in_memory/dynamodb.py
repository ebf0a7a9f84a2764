"""As much of DynamoDB's client as the ledger asks for, in memory; tests/contract holds it to the real one.

It keeps items as the low-level API writes them, and a list of the keys that changed, like a keys-only stream.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from ses_reputation.ledger.rows import FROM_NO_FEWER_PAGES, WHOLE_FROM_NO_FEWER_PAGES

Item = dict[str, Any]
Key = tuple[str, str]
NO_VALUES: Item = {}
ITEM_LIMIT, TRANSACTION_LIMIT = 400 * 1024, 4 * 1024 * 1024


def client_error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class _Exceptions:
    class ConditionalCheckFailedException(ClientError):
        pass


class InMemoryDynamoDB:
    """One table. `unprocessed` decides which puts of a batch find no room, by their number since the start.

    `clock` dates the stream; a read unit is `read_unit_bytes`, which a test may make small.
    """

    exceptions = _Exceptions

    def __init__(
        self,
        unprocessed: Callable[[int], bool] = lambda _: False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        read_unit_bytes: int = 4096,
    ) -> None:
        self.items: dict[Key, Item] = {}
        self.stream: list[tuple[Key, datetime]] = []
        self._unprocessed = unprocessed
        self._clock = clock
        self._read_unit_bytes = read_unit_bytes
        self._puts_seen = 0

    def batch_write_item(self, *, RequestItems: dict[str, list[Item]]) -> Item:
        (table, puts), *others = RequestItems.items()
        keys = [_key(put["PutRequest"]["Item"]) for put in puts]
        if others or len(puts) > 25 or len(set(keys)) < len(keys) or not all(all(key) for key in keys):
            raise client_error("ValidationException", "BatchWriteItem")
        left = []
        for put in puts:
            self._puts_seen += 1
            if self._unprocessed(self._puts_seen):
                left.append(put)
            else:
                self._store(put["PutRequest"]["Item"])
        return {"UnprocessedItems": {table: left} if left else {}}

    def get_item(self, *, Key: Item, ConsistentRead: bool, **_: Any) -> Item:
        assert ConsistentRead
        item = self.items.get(_key(Key))
        return {"Item": item} if item else {}

    def put_item(
        self,
        *,
        Item: Item,
        ConditionExpression: str = "",
        ExpressionAttributeValues: Item = NO_VALUES,
        **_: Any,
    ) -> Item:
        self._require(_key(Item), ConditionExpression, ExpressionAttributeValues, "PutItem")
        self._store(Item)
        return {}

    def delete_item(self, *, Key: Item, **_: Any) -> Item:
        if self.items.pop(_key(Key), None) is not None:
            self.stream.append((_key(Key), self._clock().replace(microsecond=0)))
        return {}

    def transact_write_items(self, *, TransactItems: list[Item]) -> Item:
        """Do an update and puts without conditions of their own, all or none."""
        update, *puts = TransactItems
        written = [put["Put"]["Item"] for put in puts]
        size = _bytes_of(update["Update"]["ExpressionAttributeValues"]) + sum(map(_bytes_of, written))
        if not 1 < len(TransactItems) <= 100 or size > TRANSACTION_LIMIT:
            raise client_error("ValidationException", "TransactWriteItems")
        self._update(update["Update"], "TransactWriteItems")
        for item in written:
            self._store(item)
        return {}

    def update_item(self, **update: Any) -> Item:
        """Do updates of the clauses `SET a = :a`, `REMOVE a` and `ADD strings :strings`."""
        return {"Attributes": self._update(update, "UpdateItem")}

    def _update(self, update: Item, operation: str) -> Item:
        key, values = update["Key"], update["ExpressionAttributeValues"]
        self._require(_key(key), update["ConditionExpression"], values, operation)
        item = {**key, **self.items.get(_key(key), {})}
        clauses = re.split(r"(SET|REMOVE|ADD) ", update["UpdateExpression"])[1:]
        for verb, listed in zip(clauses[::2], clauses[1::2], strict=True):
            for each in listed.split(","):
                name, *value = each.replace("=", " ").split()
                _change(item, verb, name, values[value[0]] if value else {})
        self._store(item)
        return item

    def _require(self, key: Key, condition: str, values: Item, operation: str) -> None:
        """Refuse what a condition of the ledger does not allow."""
        stored = self.items.get(key, {})
        is_more = "pages" in stored and int(stored["pages"]["N"]) > int(values.get(":most", {"N": "0"})["N"])
        allowed = {
            "": True,
            "attribute_exists(pages)": "pages" in stored,
            FROM_NO_FEWER_PAGES: not is_more,
            WHOLE_FROM_NO_FEWER_PAGES: not is_more and "parts" not in stored,
        }
        if not allowed[condition]:
            raise self.exceptions.ConditionalCheckFailedException(
                {"Error": {"Code": "ConditionalCheckFailedException", "Message": "refused"}}, operation
            )

    def get_paginator(self, operation: str) -> Any:
        assert operation in {"query", "scan"}
        return self if operation == "query" else _Scan(self)

    def paginate(
        self,
        *,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Item,
        ConsistentRead: bool = False,
        **_: Any,
    ) -> Iterator[Item]:
        values = {name: value["S"] for name, value in ExpressionAttributeValues.items()}
        pk, first, last = values[":pk"], values.get(":first", ""), values.get(":last", "~~")
        assert KeyConditionExpression in ("pk = :pk", "pk = :pk AND sk BETWEEN :first AND :last")
        # Another thread may write meanwhile; a tuple is taken in one step.
        keys = [key for key in tuple(self.items) if key[0] == pk and first <= key[1] <= last]
        found = [self.items[key] for key in sorted(keys)]
        for start in range(0, max(1, len(found)), 2):
            answer = found[start : start + 2]
            units = -(-sum(map(_size, answer)) // self._read_unit_bytes)
            yield {"Items": answer, "ConsumedCapacity": {"CapacityUnits": float(units)}}

    def expire(self, now: float) -> None:
        """Delete what the table's time to live allows."""
        for key, item in list(self.items.items()):
            if int(item.get("expires_at", {"N": "99999999999"})["N"]) <= now:
                del self.items[key]

    def _store(self, item: Item) -> None:
        if _bytes_of(item) > ITEM_LIMIT:
            raise client_error("ValidationException", "PutItem")
        key = _key(item)
        if self.items.get(key) != item:
            self.items[key] = dict(item)
            self.stream.append((key, self._clock().replace(microsecond=0)))


class _Scan:
    """Reads the whole table, a few keys a page; what comes meanwhile may be missed, as on AWS."""

    def __init__(self, table: InMemoryDynamoDB) -> None:
        self._table = table

    def paginate(
        self, *, ExpressionAttributeValues: Item, ProjectionExpression: str = "", **_: Any
    ) -> Iterator[Item]:
        prefixes = tuple(value["S"] for value in ExpressionAttributeValues.values())
        keys = sorted(self._table.items)
        for start in range(0, max(1, len(keys)), 5):
            found = [key for key in keys[start : start + 5] if key[0].startswith(prefixes)]
            items = [self._table.items[key] for key in found]
            if ProjectionExpression:
                items = [{name: item[name] for name in ProjectionExpression.split(", ")} for item in items]
            yield {"Items": items}


def _key(item: Item) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _bytes_of(item: Item) -> int:
    """What an item takes: names and values, as long as they are (DynamoDB developer guide)."""
    return sum(len(name) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Item) -> int:
    ((_, content),) = value.items()
    each = content if isinstance(content, list) else [content]
    return sum(len(part.encode() if isinstance(part, str) else part) for part in each)


def _size(item: Item) -> int:
    return len(json.dumps(item, default=lambda binary: binary.decode("latin-1")))


def _change(item: Item, verb: str, name: str, value: Item) -> None:
    if verb == "REMOVE":
        item.pop(name, None)
    elif verb == "ADD":
        item[name] = {"SS": sorted({*item.get(name, {"SS": []})["SS"], *value["SS"]})}
    else:
        item[name] = value
