"""Which accounts and Regions are read where none is named, and what is refused."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from types import SimpleNamespace
from typing import Any, cast

import pytest

from console.errors import NoStackError
from console.local_aws.clients import Clients
from console.local_aws.deployment import Stack
from console.stack.connection import Connection, Hours
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.feedback.provenance import Registry
from ses_reputation.hours import Day, day_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.delays import DelayPage
from ses_reputation.ledger.keys import BALANCE
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.rows import row_of
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import sender_key
from ses_reputation.statistics.keys import SENDERS
from tests.support.balances import SENDER_HOUR, items_of_balance, posted_balance

OWNER = "111122223333"
OUTPUTS = {
    "FeedbackQueueArn": f"arn:aws:sqs:eu-west-1:{OWNER}:queue",
    "LedgerTableName": "ledger",
    "ReputationBucketName": "bucket",
}
PARAMETERS = {"OwnerAccounts": "", "DelegateAccounts": "444455556666, 777788889999"}


class FakeDynamoDB:
    """Answers queries by partition: balances, and who is known to send; notes whose balances were asked."""

    def __init__(self, sender_hours: list[SenderHour], delays: Iterable[DelayPage] = ()) -> None:
        balances = [posted_balance(each, counts={"a": {"b": {"sent": 1}}}) for each in sender_hours]
        senders = {sender_key(SenderIdentity(*each[:3])) for each in sender_hours}
        self.rows: list[dict[str, Any]] = [
            *chain.from_iterable(map(items_of_balance, balances)),
            *({"pk": {"S": SENDERS}, "sk": {"S": each}} for each in sorted(senders)),
            *map(row_of, delays),
        ]
        self.asked: list[str] = []

    def get_paginator(self, operation: str) -> "FakeDynamoDB":
        assert operation == "query"
        return self

    def paginate(self, **query: Any) -> Iterator[Mapping[str, Any]]:
        values = {name: value["S"] for name, value in query["ExpressionAttributeValues"].items()}
        if "IndexName" in query:
            yield {"Items": []}
            return
        partition, first, last = values[":pk"], values.get(":first", ""), values.get(":last", "~")
        self.asked += [partition] * partition.startswith(BALANCE)
        found = [row for row in self.rows if row["pk"]["S"] == partition and first <= row["sk"]["S"] <= last]
        yield {"Items": found}


def connect_to(dynamodb: FakeDynamoDB | None = None, outputs: Mapping[str, str] = OUTPUTS) -> Connection:
    clients = cast("Clients", SimpleNamespace(dynamodb=dynamodb or FakeDynamoDB([])))
    return Connection(clients, Stack("prod", PARAMETERS, outputs, {}))


def test_account_and_region_are_those_of_the_stacks_queue() -> None:
    assert (connect_to().account_id, connect_to().region) == (OWNER, "eu-west-1")


def test_the_registered_accounts_are_the_stacks_own_and_its_parameters() -> None:
    assert connect_to().registered_accounts == (OWNER, "444455556666", "777788889999")


def test_with_an_organization_the_accounts_of_parameter_store_are_registered_too() -> None:
    values = {"/ses-reputation/prod/accounts/999900001111": "owner"}
    pages = [{"Parameters": [{"Name": name, "Value": value} for name, value in values.items()]}]
    client = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=lambda **_: pages))
    clients = cast("Clients", SimpleNamespace(connect=lambda _: client))
    parameters = PARAMETERS | {"OrganizationId": "o-exampleorgid"}
    connection = Connection(clients, Stack("prod", parameters, OUTPUTS, {}))

    assert connection.registered_accounts == (OWNER, "444455556666", "777788889999", "999900001111")
    assert connection.registry == Registry(
        frozenset({OWNER, "999900001111"}), frozenset({"444455556666", "777788889999"})
    )


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


def test_a_domain_is_read_with_the_identities_that_are_addresses_of_it() -> None:
    of_address = SENDER_HOUR._replace(sending_account=OWNER, identity="news@example.com")
    others = [
        SENDER_HOUR._replace(send_hour="2026-11-22T11", identity="mail.example.com"),
        SENDER_HOUR._replace(send_hour="2026-11-22T12", identity="news@mail.example.com"),
    ]
    connection = connect_to(FakeDynamoDB([SENDER_HOUR, of_address, *others]))

    hours = connection.read_hours(Hours(identity="example.com"))

    assert {hour.sender_hour for hour in hours} == {SENDER_HOUR, of_address}


def test_a_day_as_last_bound_includes_all_its_hours() -> None:
    sender_hours = [
        SENDER_HOUR._replace(send_hour=hour) for hour in ("2026-11-21T23", "2026-11-22T23", "2026-11-23T00")
    ]

    hours = connect_to(FakeDynamoDB(sender_hours)).read_hours(Hours(first="2026-11-22", last="2026-11-22"))

    assert [hour.sender_hour.send_hour for hour in hours] == ["2026-11-22T23"]


def test_an_identity_is_read_in_the_hours_of_those_who_are_known_to_send_with_it() -> None:
    sender_hours = [
        SENDER_HOUR,
        # Nobody registered it.
        SENDER_HOUR._replace(sending_account="999900001111"),
        SENDER_HOUR._replace(sending_account=OWNER, identity="example.org"),
    ]
    dynamodb = FakeDynamoDB(sender_hours)
    connection = connect_to(dynamodb)

    hours = connection.read_hours(Hours(identity="example.com"))
    of_one = connection.read_hours(Hours(("999900001111",), identity="example.com"))
    elsewhere = connection.read_hours(Hours(regions=("eu-west-1",), identity="example.com"))

    assert [hour.sender_hour.sending_account for hour in hours] == ["444455556666", "999900001111"]
    assert [hour.sender_hour.sending_account for hour in of_one] == ["999900001111"]
    assert not elsewhere
    assert sorted(dynamodb.asked) == [
        "BALANCE#444455556666#us-east-1",
        "BALANCE#999900001111#us-east-1",
        "BALANCE#999900001111#us-east-1",
    ]


def test_other_identities_of_the_same_account_hour_are_left_out() -> None:
    both = {name: BalanceCounts({"a": {"b": {"sent": 1}}}) for name in ("example.com", "example.org")}
    dynamodb = FakeDynamoDB([SENDER_HOUR])
    dynamodb.rows += items_of_balance(replace(posted_balance(), pieces=pack_figures(both)))
    del dynamodb.rows[0]

    hours = connect_to(dynamodb).read_hours(Hours(identity="example.com"))

    assert [hour.sender_hour.identity for hour in hours] == ["example.com"]


def delays_of(day: Day, account: str = "444455556666") -> DelayPage:
    said = [
        {"message_id": f"message-of-{day}", "recipient": f"recipient-{number}@gmail.com"} for number in (1, 2)
    ]
    return DelayPage(account, "us-east-1", day, zlib.compress(json.dumps(said).encode()), 1_800_000_000)


def test_delays_are_looked_for_day_by_day_as_far_back_as_asked() -> None:
    today = datetime.now(UTC)
    days = [day_of(today - timedelta(days=back)) for back in range(4)]
    connection = connect_to(FakeDynamoDB([SENDER_HOUR], map(delays_of, days)))

    found = connection.read_entries("recipient-1@gmail.com", "", 3)
    of_message = connection.read_entries("", f"message-of-{days[1]}", 3)

    assert {(each["message_id"], each["recipient"]) for each in found} == {
        (f"message-of-{day}", "recipient-1@gmail.com") for day in days[:3]
    }
    assert [each["recipient"] for each in of_message] == ["recipient-1@gmail.com", "recipient-2@gmail.com"]
    assert connection.read_entries("recipient-1@gmail.com", "", 0) == []
