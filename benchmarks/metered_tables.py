"""DynamoDB tables that keep items, do what requests ask, and count what that costs."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from benchmarks.capacity import STORED_OVERHEAD, Index, Item, read_units, size_of_item, write_units
from benchmarks.http_stub import body_of
from console.local_aws.template import read_template

_TEMPLATE = Path(__file__).parents[1] / "template.yaml"
LEDGER_TABLE = "ledger"


@dataclass(slots=True)
class MeteredTable:
    """A table and its indexes. Write units are counted by index, those of the table itself under `table`."""

    key: Sequence[str]
    indexes: Sequence[Index] = ()
    items: dict[tuple[str, ...], Item] = field(default_factory=dict)
    write_units: Counter[str] = field(default_factory=Counter)

    def put(self, item: Item) -> None:
        """Put an item in place of one with the same key."""
        place = tuple(str(item[name]["S"]) for name in self.key)
        before = self.items.get(place)
        size = size_of_item(item)
        # A put goes by the larger of what was and what will be.
        self.write_units["table"] += write_units(max(size, size_of_item(before) if before else 0))
        for index in self.indexes:
            self.write_units[index.name] += index.write_units(before, item, size)
        self.items[place] = item

    def stored_bytes(self, item: Item) -> int:
        """Return what an item takes of storage, with its copies in indexes and the overhead of each."""
        copies = (index.projection(item) for index in self.indexes)
        return sum(STORED_OVERHEAD + size_of_item(each) for each in (item, *copies) if each is not None)

    def update(self, key: Item, changes: Mapping[str, Any], additions: Mapping[str, Any]) -> None:
        """Set and add to attributes of an item, which need not be there yet."""
        place = tuple(str(key[name]["S"]) for name in self.key)
        before = self.items.get(place, key)
        sums = {name: _sum(before.get(name), value) for name, value in additions.items()}
        self.put({**before, **changes, **sums})


def _sum(before: Mapping[str, str] | None, value: Mapping[str, str]) -> Mapping[str, str]:
    return {"N": str(Decimal(before["N"] if before else 0) + Decimal(value["N"]))}


class MeteredAws:
    """Answers the requests of clients from metered tables, and counts the calls."""

    def __init__(self, tables: Mapping[str, MeteredTable]) -> None:
        self.tables = tables
        self.calls: Counter[str] = Counter()
        self.read_units = 0

    @property
    def write_units(self) -> int:
        """The units of all tables and their indexes."""
        return sum(table.write_units.total() for table in self.tables.values())

    def __call__(self, operation: str, request: AWSPreparedRequest) -> bytes:
        """Do what a request asks, its condition taken as met, and return the body of the answer."""
        self.calls[operation] += 1
        asked = body_of(request)
        if operation == "BatchWriteItem":
            return self._batch(asked["RequestItems"])
        if operation == "BatchGetItem":
            return self._get(asked["RequestItems"])
        table = self.tables[asked["TableName"]]
        if operation == "PutItem":
            table.put(row_of_wire(asked["Item"]))
        elif operation == "UpdateItem":
            table.update(asked["Key"], *_changes(asked))
        else:
            raise ValueError(f"nothing here answers {operation}")
        return b"{}"

    def _batch(self, puts: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
        for name, requests in puts.items():
            for put in requests:
                self.tables[name].put(row_of_wire(put["PutRequest"]["Item"]))
        return b'{"UnprocessedItems":{}}'

    def _get(self, gets: Mapping[str, Mapping[str, Any]]) -> bytes:
        """Answer with the items that are there; a consistent read of one that is not costs a unit too."""
        responses: dict[str, list[Item]] = {}
        for name, asked in gets.items():
            for key in asked["Keys"]:
                found = self.tables[name].items.get(tuple(str(each["S"]) for each in key.values()))
                self.read_units += read_units(size_of_item(found)) if found else 1
                responses.setdefault(name, []).extend([found] if found else [])
        return json.dumps({"Responses": responses, "UnprocessedKeys": {}}).encode()


def row_of_wire(written: Mapping[str, Any]) -> Item:
    """Return an item with its binary attributes, which are base64 on the wire, as bytes."""
    return {name: {"B": b64decode(value["B"])} if "B" in value else value for name, value in written.items()}


def _changes(asked: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read an update of one clause, `SET #a = :a, #b = :b` or `ADD #a :a`."""
    names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
    clause, _, listed = asked["UpdateExpression"].partition(" ")
    pairs = (each.replace("=", " ").split() for each in listed.split(","))
    attributes = {names[name]: values[value] for name, value in pairs}
    return (attributes, {}) if clause == "SET" else ({}, attributes)


def ledger_table() -> MeteredTable:
    """Return the ledger's table with the keys and indexes that template.yaml gives it."""
    properties = read_template(_TEMPLATE)["Resources"]["LedgerTable"]["Properties"]
    indexes = [
        Index(
            index["IndexName"],
            [key["AttributeName"] for key in index["KeySchema"]],
            copies_all=index["Projection"]["ProjectionType"] == "ALL",
        )
        for index in properties["GlobalSecondaryIndexes"]
    ]
    return MeteredTable([key["AttributeName"] for key in properties["KeySchema"]], indexes)


@cache
def default_of(parameter: str) -> int:
    """Return the default of a number among the template's parameters."""
    return int(read_template(_TEMPLATE)["Parameters"][parameter]["Default"])
