"""Items of one DynamoDB table, as stores read and write them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ses_reputation.aws.errors import translating_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Row = Mapping[str, Any]
"""An item as DynamoDB's low-level API writes it: `{"pk": {"S": "..."}, "sk": {"S": "..."}, ...}`."""

# Somebody else was writing: whoever reads again finds out what.
_LOST = {"ConditionalCheckFailed", "TransactionConflict"}
_NOTHING: Mapping[str, int] = {}


class ItemTable:
    """A table with the keys `pk` and `sk`. Every method raises UnavailableError where DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, pk: str, sk: str) -> Row | None:
        """Return an item, read consistently; None where there is none."""
        with translating_aws_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(pk, sk), ConsistentRead=True)
        return answer.get("Item")

    def partition(self, pk: str, **options: Any) -> Iterator[Row]:
        """Yield the items of a partition, in the order of their sort keys. options: of the query."""
        return self._rows(
            KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": pk}}, **options
        )

    def between(self, pk: str, first: str, last: str) -> Iterator[Row]:
        """Yield the items whose sort keys begin with `first` to `last`, or with what sorts between them."""
        # `~` sorts after all that follows a day or an hour in a key.
        return self._rows(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": {"S": pk}, ":first": {"S": first}, ":last": {"S": f"{last}~"}},
        )

    def pages(self, **query: Any) -> Iterator[Any]:
        """Yield the answers of a query, page by page."""
        with translating_aws_errors():
            yield from self._client.get_paginator("query").paginate(TableName=self._table, **query)

    def scan_keys(self, *prefixes: str) -> Iterator[list[tuple[str, str]]]:
        """Yield the keys of the whole table whose partitions have such prefixes, page by page of 1 MB."""
        for rows in self.scan(*prefixes, ProjectionExpression="pk, sk"):
            yield [(row["pk"]["S"], row["sk"]["S"]) for row in rows]

    def scan(self, *prefixes: str, **options: Any) -> Iterator[Sequence[Row]]:
        """Yield the items of the whole table whose partitions have such prefixes, page by page of 1 MB.

        DynamoDB reads, and bills, all items for it, whatever it returns of them.
        """
        names = [f":p{place}" for place in range(len(prefixes))]
        with translating_aws_errors():
            for answer in self._client.get_paginator("scan").paginate(
                TableName=self._table,
                FilterExpression=" OR ".join(f"begins_with(pk, {name})" for name in names),
                ExpressionAttributeValues={
                    name: {"S": prefix} for name, prefix in zip(names, prefixes, strict=True)
                },
                **options,
            ):
                yield answer["Items"]

    def put(self, row: Row) -> None:
        """Write an item in place of the one before it."""
        with translating_aws_errors():
            self._client.put_item(TableName=self._table, Item=row)

    def delete(self, pk: str, sk: str) -> None:
        """Delete an item, if there is one."""
        with translating_aws_errors():
            self._client.delete_item(TableName=self._table, Key=_key(pk, sk))

    def put_together(
        self, row: Row, others: Sequence[Row], condition: str = "", values: Mapping[str, int] = _NOTHING
    ) -> bool:
        """Put an item under its condition together with others, all or none; return whether they were put."""
        first = self._put_of(row, condition, values)
        if not others:
            return self._unless_lost(self._client.put_item, **first) is not None
        puts = [{"Put": put} for put in (first, *map(self._put_of, others))]
        return self._unless_lost(self._client.transact_write_items, TransactItems=puts) is not None

    def update_together(
        self, key: tuple[str, str], change: str, condition: str, values: Row, others: Sequence[Row]
    ) -> bool:
        """Change an item under its condition and put others, all or none; return whether that was done."""
        update = self._update_of(key, change, condition, values)
        if not others:
            return self._unless_lost(self._client.update_item, **update) is not None
        puts = [{"Put": put} for put in map(self._put_of, others)]
        requests = [{"Update": update}, *puts]
        return self._unless_lost(self._client.transact_write_items, TransactItems=requests) is not None

    def update(self, key: tuple[str, str], change: str, condition: str, values: Row) -> Row | None:
        """Change an item and return it as it is then; None where the condition does not hold."""
        update = self._update_of(key, change, condition, values)
        answer = self._unless_lost(self._client.update_item, **update, ReturnValues="ALL_NEW")
        return answer["Attributes"] if answer else None

    def _rows(self, **query: Any) -> Iterator[Row]:
        return (row for answer in self.pages(**query) for row in answer["Items"])

    def _put_of(self, row: Row, condition: str = "", values: Mapping[str, int] = _NOTHING) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": row}
        if condition:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = {name: {"N": str(value)} for name, value in values.items()}
        return put

    def _update_of(self, key: tuple[str, str], change: str, condition: str, values: Row) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Key": _key(*key),
            "UpdateExpression": change,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }

    def _unless_lost(self, call: Callable[..., Any], **request: Any) -> Any | None:
        with translating_aws_errors():
            try:
                return call(**request)
            except ClientError as error:
                if _is_lost(error):
                    return None
                raise


class ItemStore:
    """A store that keeps its items in one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._items = ItemTable(client, table)


def time_value(moment: datetime) -> Row:
    """Return an aware time as the value of an attribute."""
    return {"S": time_text(moment)}


def time_text(moment: datetime) -> str:
    """Return an aware time as items keep it: ISO 8601 in UTC, which sorts as text."""
    return moment.astimezone(UTC).isoformat()


def _is_lost(error: ClientError) -> bool:
    """Return whether a write was refused because somebody else's came first."""
    response: Mapping[str, Any] = error.response
    codes = {reason.get("Code") for reason in response.get("CancellationReasons", ())}
    return bool(_LOST & {response["Error"]["Code"].removesuffix("Exception"), *codes})


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
