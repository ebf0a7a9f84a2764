"""Which accounts and Regions are read where none is named, and what is refused."""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from console.errors import NoStackError
from console.local_aws.clients import Clients
from console.local_aws.deployment import Stack
from console.stack.connection import Connection, Hours
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.rows import row_of_balance
from tests.support.balances import SENDER_HOUR, posted_balance

OWNER = "111122223333"
OUTPUTS = {
    "FeedbackQueueArn": f"arn:aws:sqs:eu-west-1:{OWNER}:queue",
    "LedgerTableName": "ledger",
    "ReputationBucketName": "bucket",
}
PARAMETERS = {"OwnerAccounts": "", "DelegateAccounts": "444455556666, 777788889999"}


class FakeDynamoDB:
    """Answers queries of balances by partition, and of the index by identity; notes what was asked."""

    def __init__(self, sender_hours: list[SenderHour]) -> None:
        self.rows = [
            row_of_balance(posted_balance(each, counts={"a": {"b": {"sent": 1}}})) for each in sender_hours
        ]
        self.asked: list[str] = []

    def get_paginator(self, operation: str) -> "FakeDynamoDB":
        assert operation == "query"
        return self

    def paginate(self, **query: Any) -> Iterator[Mapping[str, Any]]:
        attribute, name = ("identity", ":identity") if "IndexName" in query else ("pk", ":pk")
        wanted = query["ExpressionAttributeValues"]
        self.asked.append(wanted[name]["S"])
        first, last = wanted[":first"]["S"], wanted[":last"]["S"]
        found = [row for row in self.rows if row[attribute] == wanted[name]]
        yield {"Items": [row for row in found if first <= row["sk"]["S"] <= last]}

    def get_item(self, **request: Any) -> Mapping[str, Any]:
        (row,) = (row for row in self.rows if {"pk": row["pk"], "sk": row["sk"]} == request["Key"])
        return {"Item": row}


def connect_to(dynamodb: FakeDynamoDB | None = None, outputs: Mapping[str, str] = OUTPUTS) -> Connection:
    clients = cast("Clients", SimpleNamespace(dynamodb=dynamodb or FakeDynamoDB([])))
    return Connection(clients, Stack("prod", PARAMETERS, outputs, {}))


def test_account_and_region_are_those_of_the_stacks_queue() -> None:
    assert (connect_to().account_id, connect_to().region) == (OWNER, "eu-west-1")


def test_the_registered_accounts_are_the_stacks_own_and_its_parameters() -> None:
    assert connect_to().registered_accounts == (OWNER, "444455556666", "777788889999")


def test_a_stack_of_something_else_is_refused() -> None:
    with pytest.raises(NoStackError, match="prod has no output LedgerTableName"):
        _ = connect_to(outputs={"Bucket": "x"}).balances


def test_without_accounts_and_regions_all_registered_accounts_in_all_regions_of_ses_are_read() -> None:
    dynamodb = FakeDynamoDB(
        [SENDER_HOUR, SENDER_HOUR._replace(region="ap-northeast-1", sending_account=OWNER)]
    )

    hours = connect_to(dynamodb).read_hours(Hours())

    assert [hour.sender_hour.region for hour in hours] == ["ap-northeast-1", "us-east-1"]
    accounts = {partition.split("#")[1] for partition in dynamodb.asked}
    regions = {partition.split("#")[2] for partition in dynamodb.asked}
    assert accounts == {OWNER, "444455556666", "777788889999"}
    assert regions >= {"us-east-1", "eu-west-1", "eu-central-1", "ap-northeast-1"}
    assert len(dynamodb.asked) == len(accounts) * len(regions)


def test_accounts_and_regions_that_are_named_are_the_only_ones_read() -> None:
    dynamodb = FakeDynamoDB([SENDER_HOUR, SENDER_HOUR._replace(region="eu-west-1")])

    hours = connect_to(dynamodb).read_hours(Hours((SENDER_HOUR.sending_account,), ("us-east-1",)))

    assert dynamodb.asked == ["BALANCE#444455556666#us-east-1"]
    assert [hour.sender_hour for hour in hours] == [SENDER_HOUR]


def test_a_day_as_last_bound_includes_all_its_hours() -> None:
    sender_hours = [
        SENDER_HOUR._replace(send_hour=hour) for hour in ("2026-11-21T23", "2026-11-22T23", "2026-11-23T00")
    ]

    hours = connect_to(FakeDynamoDB(sender_hours)).read_hours(Hours(first="2026-11-22", last="2026-11-22"))

    assert [hour.sender_hour.send_hour for hour in hours] == ["2026-11-22T23"]


def test_an_identity_is_read_across_senders_that_nobody_registered() -> None:
    sender_hours = [
        SENDER_HOUR,
        SENDER_HOUR._replace(sending_account="999900001111"),
        SENDER_HOUR._replace(identity="example.org"),
    ]
    connection = connect_to(FakeDynamoDB(sender_hours))

    hours = connection.read_hours(Hours(identity="example.com"))
    of_one = connection.read_hours(Hours(("999900001111",), identity="example.com"))
    elsewhere = connection.read_hours(Hours(regions=("eu-west-1",), identity="example.com"))

    assert [hour.sender_hour.sending_account for hour in hours] == ["444455556666", "999900001111"]
    assert [hour.sender_hour.sending_account for hour in of_one] == ["999900001111"]
    assert not elsewhere
