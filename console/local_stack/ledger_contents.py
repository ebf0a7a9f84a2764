"""What a stack on this machine made of messages: the tally of messages, and the balances."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.local_aws.function_logs import read_function_log
from console.local_stack.stack import LocalStack
from console.reports.message_tally import MessageTally, tally_messages
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.ledger.rows import balance_of_row
from ses_reputation.quarantine.store import QuarantineBucket

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WHOLE_LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of the messages, and the balances."""

    tally: MessageTally
    hours: list[HourBalance]


def read_booked(local: LocalStack, received: int, failed: int) -> Booked:
    """Read what became of `received` messages, of which `failed` are known to be stuck, and all balances."""
    outputs, clients = local.stack.outputs, local.aws.clients()
    log = read_function_log(local.aws, outputs["JournalFeedbackFunctionName"], _WHOLE_LOG)
    quarantine = open_quarantine(local)
    return Booked(
        tally_messages(received, log, quarantine.keys(), failed),
        read_all_hours(clients.dynamodb, outputs["LedgerTableName"]),
    )


def open_quarantine(local: LocalStack) -> QuarantineBucket:
    """The stack's quarantine."""
    return QuarantineBucket(lambda: local.aws.clients().s3, local.stack.outputs["ReputationBucketName"])


def read_all_hours(dynamodb: "DynamoDBClient", table: str) -> list[HourBalance]:
    """Read every balance of a ledger by a scan: for small ledgers, such as those on this machine."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :balance)",
        ExpressionAttributeValues={":balance": {"S": "BALANCE#"}},
    )
    return gather_hours(balance_of_row(row) for page in pages for row in page["Items"])
