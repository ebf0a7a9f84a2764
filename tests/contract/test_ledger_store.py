"""The ledger's table does the same over the client in tests/support, over moto's, and over the local AWS."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.pages import Page, pack_page
from ses_reputation.ledger.posting import Balance
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.store import BalanceTable, JournalTable
from tests.support.aws.ledger_table import TABLE, make_table
from tests.support.in_memory.dynamodb import InMemoryDynamoDB

SEGMENT = Segment(SenderHour("444455556666", "us-east-1", "example.com", "2026-11-20T14"))
FIGURES = BalanceCounts(
    {"newsletter": {"gmail": {"sent": 2}}},
    {"newsletter": {"gmail": {"sent_without_outcome": 2}}},
    {"(none)": {"bounced": {"both": 1}}},
)
POSTED_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture(params=["in_memory", "moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "in_memory":
        yield InMemoryDynamoDB()
    elif request.param == "moto":
        with mock_aws():
            yield make_table(boto3.client("dynamodb", region_name="us-east-1"))
    else:
        dynamodb = request.getfixturevalue("ministack").clients().dynamodb
        yield make_table(dynamodb)
        dynamodb.delete_table(TableName=TABLE)


@pytest.fixture
def journal(client: Any) -> JournalTable:
    return JournalTable(client, TABLE, sleep=lambda _: None)


@pytest.fixture
def balances(client: Any) -> BalanceTable:
    return BalanceTable(client, TABLE)


def page(number: int, segment: Segment = SEGMENT) -> Page:
    return pack_page(segment, {(1, 3, "newsletter", False): [number.to_bytes(8)]})


def entry(number: int) -> Entry:
    attributes = {"recipient": "recipient-1@gmail.com", "occurred_at": "2026-11-20T14:05:45.641Z"}
    return Entry("message-1", f"rejected#{number}#sender", attributes, 1_800_000_000)


def balance(pages: int, figures: BalanceCounts = FIGURES) -> Balance:
    return Balance(SEGMENT, figures, pages, 1.0, POSTED_AT)


def test_a_segment_is_read_as_it_was_written(journal: JournalTable, balances: BalanceTable) -> None:
    assert journal.write([page(number) for number in range(60)]) == {}

    read = balances.read_segment(SEGMENT)

    assert read.pages == 60
    assert sorted(fingerprint for run in read.runs for fingerprint in run.fingerprints) == list(range(60))
    assert {run.key for run in read.runs} == {(1, 3, "newsletter", False)}


def test_pages_and_entries_are_written_together(journal: JournalTable, balances: BalanceTable) -> None:
    rows: list[JournalRow] = [page(1), entry(1), entry(2), page(2, Segment(SEGMENT.sender_hour, 1))]

    assert journal.write(rows) == {}
    assert journal.write(rows) == {}
    assert balances.read_segment(SEGMENT).pages == 1


def test_a_segment_without_pages_is_empty(balances: BalanceTable) -> None:
    assert (balances.read_segment(SEGMENT).pages, balances.read_segment(SEGMENT).runs) == (0, [])


def test_a_row_that_dynamodb_refuses_does_not_take_its_neighbours_along(
    journal: JournalTable, balances: BalanceTable
) -> None:
    refused = Entry("message-1", "", {"recipient": "x@gmail.com"}, 1_800_000_000)

    assert journal.write([page(1), refused, page(2)]) == {1: "ValidationException"}
    assert balances.read_segment(SEGMENT).pages == 2


def test_a_balance_is_read_as_it_was_written(balances: BalanceTable) -> None:
    assert balances.read_balance(SEGMENT) is None
    assert balances.write_balance(balance(3))
    assert balances.read_balance(SEGMENT) == balance(3)


def test_a_balance_from_fewer_pages_never_replaces_one_from_more(balances: BalanceTable) -> None:
    assert balances.write_balance(balance(3))
    assert not balances.write_balance(balance(2, BalanceCounts()))
    assert balances.read_balance(SEGMENT) == balance(3)
    assert balances.write_balance(balance(3, BalanceCounts()))
    assert balances.read_balance(SEGMENT) == balance(3, BalanceCounts())


def test_a_page_of_a_newer_version_is_an_error_that_says_so(client: Any, balances: BalanceTable) -> None:
    newer = {"pk": {"S": journal_key(SEGMENT)}, "sk": {"S": "x"}, "page": {"B": b""}, "version": {"N": "9"}}
    client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": newer}}]})

    with pytest.raises(PageError, match="version 9, newer than this code"):
        balances.read_segment(SEGMENT)


@pytest.fixture
def ledger() -> Iterator[tuple[JournalTable, BalanceTable]]:
    """The deployed shape of the table, with its indexes."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        names = ("pk", "sk", "recipient", "occurred_at", "account_day", "identity")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": name,
                    "KeySchema": [
                        {"AttributeName": first, "KeyType": "HASH"},
                        {"AttributeName": second, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": projection},
                }
                for name, first, second, projection in (
                    ("by_recipient", "recipient", "occurred_at", "ALL"),
                    ("by_account_day", "account_day", "occurred_at", "ALL"),
                    ("by_identity", "identity", "sk", "KEYS_ONLY"),
                )
            ],
        )
        yield JournalTable(client, TABLE), BalanceTable(client, TABLE)


def test_entries_are_found_by_message_and_by_recipient(ledger: tuple[JournalTable, BalanceTable]) -> None:
    journal, balances = ledger
    journal.write([entry(1), entry(2)])
    expected = {"message_id": "message-1", **entry(1).attributes}

    assert list(balances.entries_of_message("message-1")) == [expected, expected]
    assert list(balances.entries_of_recipient("recipient-1@gmail.com")) == [expected, expected]
    assert list(balances.entries_of_message("message-2")) == []


def test_both_tables_hold_the_same_balances(ledger: tuple[JournalTable, BalanceTable]) -> None:
    _, balances = ledger
    hours = ("2026-11-20T13", "2026-11-20T14", "2026-11-20T15")
    kept = [
        Balance(
            Segment(SenderHour(account, "us-east-1", "example.com", hour), late), FIGURES, 1, 1.0, POSTED_AT
        )
        for account in ("111122223333", "444455556666")
        for hour in hours
        for late in (0, 2)
    ]
    for each in kept:
        balances.write_balance(each)

    assert list(balances.balances_of_account("111122223333", "us-east-1")) == kept[:6]
    assert list(balances.balances_of_account("444455556666", "us-east-1", hours[1], hours[1])) == kept[8:10]
    owners = list(balances.balances_of_identity("example.com", first_hour=hours[2]))
    assert sorted(owners, key=kept.index) == [*kept[4:6], *kept[10:12]]
    assert list(balances.balances_of_identity("example.org")) == []


class Refusing(InMemoryDynamoDB):
    """Has no room for anything, after the first few puts."""

    def __init__(self, stored: int) -> None:
        super().__init__(lambda puts: puts > stored)
        self.calls = 0

    def batch_write_item(self, **named: Any) -> Any:
        self.calls += 1
        return super().batch_write_item(**named)


def test_rows_that_find_no_room_are_named_exactly() -> None:
    client: Any = Refusing(stored=30)
    slept: list[float] = []
    journal = JournalTable(client, TABLE, slept.append)

    assert journal.write([page(number) for number in range(60)]) == dict.fromkeys(
        range(30, 60), "UnprocessedItems"
    )
    assert len(slept) == 5
    assert client.calls == 8


def test_an_unavailable_table_is_an_error_with_its_code() -> None:
    with mock_aws():
        balances = BalanceTable(boto3.client("dynamodb", region_name="us-east-1"), "no-such-table")
        with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
            balances.read_balance(SEGMENT)
        with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
            balances.read_segment(SEGMENT)
        with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
            balances.write_balance(balance(1))


def test_a_table_that_fails_stores_nothing_and_says_so() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        journal = JournalTable(client, "no-such-table", sleep=lambda _: None)
        assert journal.write([page(1), page(2)]) == dict.fromkeys([0, 1], "ResourceNotFoundException")


def test_retention_is_written_with_the_rows(client: Any, journal: JournalTable) -> None:
    journal.write([page(1)])
    key = {"pk": {"S": journal_key(SEGMENT)}, "sk": {"S": page(1).digest}}

    written = client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]

    lasts = datetime.fromtimestamp(int(written["expires_at"]["N"]), UTC) - datetime(
        2026, 11, 20, 14, tzinfo=UTC
    )
    assert lasts == timedelta(days=195)
