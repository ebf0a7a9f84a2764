"""The condition key `dynamodb:LeadingKeys`: a policy that names partitions holds for these only."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions
from ministack.services import dynamodb

Request = dict[str, Any]


def add_leading_keys() -> None:
    """Give policies the partition keys of a request: without them a condition on keys restricts nothing.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    describe: Callable[[bytes], dict[str, Any]] = iam_actions.dynamodb_service_context

    def describe_with_keys(body: bytes) -> dict[str, Any]:
        keys = list(_leading_keys(json.loads(body or b"{}")))
        return describe(body) | ({"dynamodb:LeadingKeys": keys} if keys else {})

    iam_actions.dynamodb_service_context = describe_with_keys


def _leading_keys(request: Request) -> Iterator[str]:
    for part in _parts(request):
        name = _partition_attribute(part["TableName"], part.get("IndexName"))
        attributes = part.get("Item") or part.get("Key") or {}
        if value := attributes.get(name) or _queried(part, name):
            yield str(next(iter(value.values())))


def _parts(request: Request) -> Iterator[Request]:
    """Each item of a batch or transaction as a request of its own."""
    if "TableName" in request:
        yield request
    for item in request.get("TransactItems", ()):
        yield from item.values()
    for table, asked in request.get("RequestItems", {}).items():
        writes = [] if isinstance(asked, dict) else [part for each in asked for part in each.values()]
        reads = [{"Key": key} for key in asked["Keys"]] if isinstance(asked, dict) else []
        yield from ({"TableName": table, **part} for part in (*writes, *reads))


def _partition_attribute(table: str, index: str | None) -> str:
    described = dynamodb._tables.get(table.rsplit("/", 1)[-1]) or {}
    schema = described.get("KeySchema", [])
    for found in described.get("GlobalSecondaryIndexes") or []:
        if found["IndexName"] == index:
            schema = found["KeySchema"]
    return next((str(key["AttributeName"]) for key in schema if key["KeyType"] == "HASH"), "")


def _queried(part: Request, name: str) -> dict[str, Any] | None:
    """The value that a query's key condition asks of an attribute."""
    condition = part.get("KeyConditionExpression", "")
    for placeholder, attribute in part.get("ExpressionAttributeNames", {}).items():
        condition = re.sub(rf"{placeholder}\b", attribute, condition)
    found = re.search(rf"\b{re.escape(name)}\s*=\s*(:\w+)", condition) if name else None
    return part.get("ExpressionAttributeValues", {}).get(found[1]) if found else None
