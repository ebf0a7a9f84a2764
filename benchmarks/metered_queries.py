"""The ledger's table as assessments ask it: balances of a year are made when asked for, other items are kept.

What each request costs is counted by what it asks for, by DynamoDB's rules.
"""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from benchmarks.capacity import QUERY_PAGE_BYTES, Item, read_units, size_of_item, write_units
from benchmarks.http_stub import body_of
from benchmarks.year_of_mail import YearOfMail
from ses_reputation.hours import parse_timestamp
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import BALANCE, balance_key
from ses_reputation.ledger.rows import changed_pieces, rows_of_run, values_of_balance
from ses_reputation.rollup.keys import DAY, WATERMARK
from ses_reputation.rollup.rolling_up import recent_days
from ses_reputation.standing.keys import STANDINGS, TRANSITIONS
from ses_reputation.statistics.keys import SENDERS

RECENT_HOURS = "hours of today and yesterday"
EARLIER_HOURS = "hours of earlier days that facts came for"
DAYS = "day balances"
WRITTEN_DAYS = "day balances that facts came for"
RUNS = "runs of posting"
STATES = "standings"
TOLD = "transitions, where any"
BOOKKEEPING = "senders, statistics, watermark"
KINDS = (RECENT_HOURS, EARLIER_HOURS, DAYS, WRITTEN_DAYS, RUNS, STATES, TOLD, BOOKKEEPING)

_KEPT = {DAY: WRITTEN_DAYS, STANDINGS: STATES, TRANSITIONS: TOLD}


@dataclass(slots=True)
class Metered:
    """What requests of a kind cost."""

    reads: int = 0
    items: int = 0
    bytes_read: int = 0
    read_units: float = 0
    writes: int = 0
    write_units: int = 0


@dataclass(slots=True)
class MeteredLedger:
    """Answers the requests of an assessment's client. `seconds` is what answering took, of one CPU."""

    mail: YearOfMail
    kept: dict[str, dict[str, Item]] = field(default_factory=dict)
    metered: dict[str, Metered] = field(default_factory=lambda: {kind: Metered() for kind in KINDS})
    seconds: float = 0
    _lock: Lock = field(default_factory=Lock)

    def keep(self, item: Item) -> None:
        """Put an item that costs nothing: it was there before."""
        self.kept.setdefault(item["pk"]["S"], {})[item["sk"]["S"]] = item

    def __call__(self, operation: str, request: AWSPreparedRequest) -> bytes:
        """Do what a request asks, its conditions taken as met, and return the body of the answer."""
        answering: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
            "Query": self.query,
            "GetItem": self._get,
            "PutItem": self._put,
            "UpdateItem": self._update,
            "TransactWriteItems": self._transact,
        }
        with self._lock:
            began = time.thread_time()
            answer = json.dumps(answering[operation](body_of(request)), default=_base64).encode()
            self.seconds += time.thread_time() - began
        return answer

    def query(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a query of the table or of the index of postings."""
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        if ":run" in values:
            kind, rows = RUNS, self._runs(values[":run"], values[":since"])
        else:
            kind = self._kind(values)
            rows = self._rows(values[":pk"], values.get(":first", ""), values.get(":last", "~"))
        start = asked.get("ExclusiveStartKey")
        if start:
            places = [(row["pk"], row["sk"]) for row in rows]
            rows = rows[places.index((start["pk"], start["sk"])) + 1 :]
        page = _page(rows, asked.get("Limit", len(rows)))
        self._count_read(kind, page, is_consistent=asked.get("ConsistentRead", False))
        answer: dict[str, Any] = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
        if len(page) < len(rows):
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in ("pk", "sk")}
        return answer

    def _kind(self, values: Mapping[str, str]) -> str:
        pk, first = values[":pk"], values.get(":first", "")
        if pk.startswith(f"{BALANCE}#"):
            return RECENT_HOURS if first in recent_days(self.mail.now) else EARLIER_HOURS
        if pk.startswith(f"{DAY}#"):
            return DAYS
        return _kind_of_kept(pk)

    def _rows(self, pk: str, first: str, last: str) -> list[Item]:
        kind, *named = pk.split("#")
        if kind == BALANCE:
            balances = self.mail.balances(named[0], first, last.removesuffix("~"))
            return [row for balance in balances for row in rows_of_balance(balance)]
        found = self.kept.get(pk, {})
        return [found[sk] for sk in sorted(found) if first <= sk <= last]

    def _runs(self, partition: str, since: str) -> list[Item]:
        """Each balance was posted by a run of its own: more runs than there are, which cost more."""
        rows = [
            row
            for number, balance in enumerate(self.mail.posted_since(parse_timestamp(since)))
            for row in rows_of_run([balance.shard.segment], balance.posted_at, f"{number:06}")
        ]
        return [row for row in rows if row["pk"]["S"] == partition]

    def _get(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        pk, sk = (asked["Key"][each]["S"] for each in ("pk", "sk"))
        item = self.kept.get(pk, {}).get(sk)
        self._count_read(_kind_of_kept(pk), [item] if item else [], is_consistent=asked["ConsistentRead"])
        return {"Item": item} if item else {}

    def _count_read(self, kind: str, items: Sequence[Item], *, is_consistent: bool) -> None:
        metered, size = self.metered[kind], sum(map(size_of_item, items))
        metered.reads += 1
        metered.items += len(items)
        metered.bytes_read += size
        metered.read_units += read_units(size) * (1 if is_consistent else 0.5)

    def _put(self, asked: Mapping[str, Any], times: int = 1) -> Mapping[str, Any]:
        item = _read_bytes(asked["Item"])
        before = self.kept.get(item["pk"]["S"], {}).get(item["sk"]["S"])
        self.keep(item)
        metered = self.metered[_kind_of_kept(item["pk"]["S"])]
        metered.writes += 1
        metered.write_units += times * write_units(max(size_of_item(each) for each in (item, before) if each))
        return {}

    def _update(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """An update that sets attributes, or removes one: `SET rolled_up_to = :to`."""
        changes, _, removed = asked["UpdateExpression"].removeprefix("SET ").partition("REMOVE ")
        pk, sk = (asked["Key"][each]["S"] for each in ("pk", "sk"))
        before = self.kept.get(pk, {}).get(sk, asked["Key"])
        values = asked["ExpressionAttributeValues"]
        item: dict[str, Any] = {
            **{name: value for name, value in before.items() if name != removed},
            **{
                name: values[value]
                for name, value in (each.split(" = ") for each in changes.split(", ") if each)
            },
        }
        self._put({"Item": item})
        return {"Attributes": item}

    def _transact(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        for each in asked["TransactItems"]:
            self._put(each["Put"], times=2)
        return {}


def rows_of_balance(balance: Balance) -> list[Item]:
    """Return a balance's own item, and its other pieces."""
    pk, sk = balance_key(balance.shard)
    own = {"pk": {"S": pk}, "sk": {"S": sk}, **values_of_balance(balance)}
    return [own, *changed_pieces(balance, None)]


def _kind_of_kept(pk: str) -> str:
    return _KEPT.get(pk.partition("#")[0], BOOKKEEPING)


def _page(rows: Sequence[Item], limit: int) -> list[Item]:
    """Return what one answer holds: a megabyte, or as many as were asked for."""
    page: list[Item] = []
    size = 0
    for row in rows[:limit]:
        size += size_of_item(row)
        if page and size > QUERY_PAGE_BYTES:
            break
        page.append(row)
    return page


def _read_bytes(item: Mapping[str, Any]) -> Item:
    """Return an item with its binary attributes, which are base64 on the wire, as bytes."""
    return {name: {"B": b64decode(value["B"])} if "B" in value else value for name, value in item.items()}


def _base64(content: object) -> str:
    if isinstance(content, bytes):
        return b64encode(content).decode()
    raise TypeError(f"{type(content).__name__} is no part of an answer")


def registered(items: Iterable[str]) -> Iterable[Item]:
    """Return the registry of senders as items."""
    return ({"pk": {"S": SENDERS}, "sk": {"S": key}} for key in items)


def watermark(rolled_up_to: str) -> Item:
    """Return the watermark as an item."""
    pk, sk = WATERMARK
    return {"pk": {"S": pk}, "sk": {"S": sk}, "rolled_up_to": {"S": rolled_up_to}}
