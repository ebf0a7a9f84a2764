"""What a stack on this machine made of messages: the tally of messages, and the balances."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.local_stack.stack import LocalStack
from console.reports.message_tally import MessageTally
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.ledger.rows import balances_of_rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class LedgerContents:
    """What became of the messages, and the balances."""

    tally: MessageTally
    hours: list[HourBalance]


def read_contents(local: LocalStack, tally: MessageTally) -> LedgerContents:
    """Read all balances beside what became of the messages."""
    dynamodb, table = local.aws.clients().dynamodb, local.stack.outputs["LedgerTableName"]
    return LedgerContents(tally, read_all_hours(dynamodb, table))


def read_all_hours(dynamodb: "DynamoDBClient", table: str) -> list[HourBalance]:
    """Read every balance of a ledger by a scan: for small ledgers, such as those on this machine."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :balance)",
        ExpressionAttributeValues={":balance": {"S": "BALANCE#"}},
    )
    rows = [row for page in pages for row in page["Items"]]
    return gather_hours(balances_of_rows(sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))))
