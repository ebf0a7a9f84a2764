"""The ledger's table does the same over the client in tests/support, over moto's, and over the local AWS."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.balance import BalanceCounts, FiguresByIdentity
from ses_reputation.ledger.balance_store import Balance, LastPosting
from ses_reputation.ledger.delays import DelayPage
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.keys import balance_key, journal_key, postings_partition
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.rows import account_days_of_row
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import BalanceTable, EntryTable, JournalTable
from tests.support.aws.ledger_table import TABLE, make_table
from tests.support.balances import items_of_balance
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.pages import ACCOUNT_HOUR, SOURCE, WHOLE, page_of

FIGURES = {
    "example.com": BalanceCounts(
        {"newsletter": {"gmail": {"sent": 2}}},
        {"newsletter": {"gmail": {"sent_without_outcome": 2}}},
        {"(none)": {"bounced": {"both": 1}}},
    )
}
TENANTS = {
    f"tenant-{number}.example": BalanceCounts({"news": {"gmail": {"sent": number + 1}}})
    for number in range(60)
}
POSTED_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
ACCOUNT = ("444455556666", "us-east-1")


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


def entry(number: int) -> Entry:
    attributes = {"recipient": "recipient-1@gmail.com", "occurred_at": f"2026-11-20T14:0{number}:45.641Z"}
    return Entry("message-1", f"rejected#{number}#sender", attributes, 1_800_000_000)


def delays(*hours: int) -> DelayPage:
    said = [{"message_id": "message-1", "occurred_at": f"2026-11-20T{hour}:00:00.000Z"} for hour in hours]
    return DelayPage(*ACCOUNT, "2026-11-21", zlib.compress(json.dumps(said).encode()), 1_800_000_000)


def balance(
    pages: int, figures: FiguresByIdentity = FIGURES, pieces: int = 1, shard: Shard = WHOLE
) -> Balance:
    return Balance(shard, pack_figures(figures, pieces), pages, 1.5, POSTED_AT)


def last_posting(balance: Balance) -> LastPosting:
    return LastPosting(balance.pages, balance.read_units, balance.posted_at, balance.digests)


def read(balances: BalanceTable) -> list[Balance]:
    return list(balances.balances_of_account(*ACCOUNT))


def test_pages_are_read_as_they_were_written(journal: JournalTable, balances: BalanceTable) -> None:
    assert journal.write([page_of(number) for number in range(60)]) == {}

    read = balances.read_pages(WHOLE)

    assert read.pages == 60
    assert sorted(fingerprint for run in read.runs for fingerprint in run.fingerprints) == list(range(60))
    assert {(run.source, run.outcome, run.provider) for run in read.runs} == {(SOURCE, 1, 3)}


def test_each_shard_has_pages_of_its_own(journal: JournalTable, balances: BalanceTable) -> None:
    shards = [WHOLE, WHOLE.part("7"), WHOLE.part("7").part("a"), Shard(Segment(ACCOUNT_HOUR, 1))]
    journal.write([page_of(number, shard=shard) for number, shard in enumerate(shards)])

    found = [[list(run.fingerprints) for run in balances.read_pages(shard).runs] for shard in shards]
    assert found == [[[0]], [[1]], [[2]], [[3]]]


def test_pages_entries_and_delays_are_written_together(journal: JournalTable, balances: BalanceTable) -> None:
    rows: list[JournalRow] = [page_of(1), entry(1), entry(2), delays(15), page_of(2)]

    assert journal.write(rows) == {}
    assert journal.write(rows) == {}
    assert balances.read_pages(WHOLE).pages == 2


def test_a_shard_without_pages_is_empty(balances: BalanceTable) -> None:
    assert (balances.read_pages(WHOLE).pages, balances.read_pages(WHOLE).runs) == (0, [])


def test_a_row_that_dynamodb_refuses_does_not_take_its_neighbours_along(
    journal: JournalTable, balances: BalanceTable
) -> None:
    refused = Entry("message-1", "", {"recipient": "x@gmail.com", "occurred_at": "2026"}, 1_800_000_000)

    assert journal.write([page_of(1), refused, page_of(2)]) == {1: "ValidationException"}
    assert balances.read_pages(WHOLE).pages == 2


def test_a_balance_is_read_as_it_was_written(balances: BalanceTable) -> None:
    assert balances.last_posting(WHOLE) is None
    assert balances.write_balance(balance(3), None)
    assert balances.last_posting(WHOLE) == last_posting(balance(3))
    assert read(balances) == [balance(3)]


def test_a_balance_of_several_pieces_is_written_all_or_nothing(balances: BalanceTable) -> None:
    before = balance(3, TENANTS, 4)
    assert balances.write_balance(before, None)
    assert read(balances) == [before]

    changed = balance(4, TENANTS | {"tenant-7.example": TENANTS["tenant-8.example"]}, 4)
    assert balances.write_balance(changed, last_posting(before))
    assert read(balances) == [changed]

    other = balance(3, dict.fromkeys(TENANTS, TENANTS["tenant-9.example"]), 4)
    assert not balances.write_balance(other, last_posting(changed))
    assert read(balances) == [changed]
    assert balances.last_posting(WHOLE) == last_posting(changed)


def test_a_balance_of_more_pieces_than_before_is_read_whole(balances: BalanceTable) -> None:
    before, after = balance(3, TENANTS, 1), balance(4, TENANTS, 64)

    assert balances.write_balance(before, None)
    assert balances.write_balance(after, last_posting(before))
    assert read(balances) == [after]


def test_a_balance_from_fewer_pages_never_replaces_one_from_more(balances: BalanceTable) -> None:
    other = {"example.org": FIGURES["example.com"]}
    assert balances.write_balance(balance(3), None)
    assert not balances.write_balance(balance(2, other), None)
    assert read(balances) == [balance(3)]
    assert balances.write_balance(balance(3, other), None)
    assert read(balances) == [balance(3, other)]


def test_parts_stand_for_a_balance_that_is_divided(balances: BalanceTable) -> None:
    seven, ten = balance(5, shard=WHOLE.part("7")), balance(4, shard=WHOLE.part("a"))
    for each in (balance(3), seven, ten):
        assert balances.write_balance(each, None)
    assert read(balances) == [balance(3)]

    later = POSTED_AT + timedelta(minutes=1)
    assert balances.divide(WHOLE, {"7"}, 3, later)
    assert read(balances) == [seven]
    assert balances.divide(WHOLE, {"a"}, 4, later)
    assert read(balances) == [seven, ten]
    assert balances.last_posting(WHOLE) == LastPosting(4, 0, later, parts=frozenset({"7", "a"}))


def test_a_divided_balance_is_never_replaced_by_a_whole_one(balances: BalanceTable) -> None:
    seven = balance(5, shard=WHOLE.part("7"))
    balances.write_balance(seven, None)
    balances.divide(WHOLE, {"7"}, 3, POSTED_AT)

    assert not balances.write_balance(balance(9), None)
    assert not balances.write_balance(balance(9, TENANTS, 4), None)
    assert read(balances) == [seven]


def test_what_was_posted_from_more_pages_is_not_divided(balances: BalanceTable) -> None:
    balances.write_balance(balance(3), None)
    balances.write_balance(balance(2, shard=WHOLE.part("7")), None)

    assert not balances.divide(WHOLE, {"7"}, 2, POSTED_AT)
    assert read(balances) == [balance(3)]


def test_a_part_that_was_never_whole_is_divided(balances: BalanceTable) -> None:
    narrow = balance(2, shard=WHOLE.part("7").part("a"))
    balances.write_balance(narrow, None)

    assert balances.divide(WHOLE.part("7"), {"a"}, 2, POSTED_AT)
    assert balances.divide(WHOLE, {"7"}, 1, POSTED_AT)
    assert read(balances) == [narrow]


def test_a_balance_knows_when_a_message_will_ask_for_it_also_after_it_is_written_anew(
    balances: BalanceTable,
) -> None:
    due_at = POSTED_AT + timedelta(hours=2)
    balances.write_balance(balance(3), None)

    balances.set_due(WHOLE, due_at)
    assert balances.last_posting(WHOLE) == replace(last_posting(balance(3)), due_at=due_at)
    assert read(balances) == [balance(3)]

    for after in (balance(4), balance(5, TENANTS, 4)):
        balances.write_balance(after, None)
        assert balances.last_posting(WHOLE) == replace(last_posting(after), due_at=due_at)


def test_a_balance_that_is_not_there_is_not_made_by_its_due_time(client: Any, balances: BalanceTable) -> None:
    balances.set_due(WHOLE, POSTED_AT)

    assert balances.last_posting(WHOLE) is None
    assert read(balances) == []


def put(client: Any, rows: Sequence[dict[str, Any]]) -> None:
    client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": row}} for row in rows]})


def test_an_hour_that_is_half_written_is_not_read(client: Any, balances: BalanceTable) -> None:
    """Items are read one page of an answer after another; a posting may come between."""
    balances.write_balance(balance(3, TENANTS, 4), None)
    after = balance(4, dict.fromkeys(TENANTS, TENANTS["tenant-9.example"]), 4)

    put(client, items_of_balance(after)[2:3])

    with pytest.raises(UnavailableError, match=r"^BalanceBeingWritten$"):
        read(balances)


def test_hours_are_read_in_order_and_between_two_of_them(balances: BalanceTable) -> None:
    hours = ("2026-11-20T13", "2026-11-20T14", "2026-11-20T15")
    kept = [
        balance(1, TENANTS, 2, Shard(Segment(AccountHour(account, "us-east-1", hour), late)))
        for account in ("111122223333", "444455556666")
        for hour in hours
        for late in (0, 2)
    ]
    for each in kept:
        balances.write_balance(each, None)

    assert list(balances.balances_of_account("111122223333", "us-east-1")) == kept[:6]
    assert list(balances.balances_of_account(*ACCOUNT, hours[1], hours[1])) == kept[8:10]
    assert list(balances.balances_of_account(*ACCOUNT, hours[1])) == kept[8:]
    assert list(balances.balances_of_account(*ACCOUNT, "", hours[0])) == kept[6:8]
    assert list(balances.balances_of_account("444455556666", "eu-west-1")) == []


def test_runs_of_posting_are_found_by_their_day_in_the_order_of_their_times(
    client: Any, balances: BalanceTable
) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    for minutes in (7, -1, 3):
        balances.begin_run([WHOLE.segment], midnight + timedelta(minutes=minutes))
    balances.begin_run([WHOLE.segment, Segment(ACCOUNT_HOUR._replace(region="eu-west-1"))], midnight)

    answers = client.get_paginator("query").paginate(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": postings_partition("2026-11-21")}},
    )
    found = [
        (row["sk"]["S"].partition("#")[0], account_days_of_row(row))
        for answer in answers
        for row in answer["Items"]
    ]
    here = ("444455556666", "us-east-1", "2026-11-20")
    assert found == [
        ("2026-11-21T00:00:00+00:00", [("444455556666", "eu-west-1", "2026-11-20"), here]),
        ("2026-11-21T00:03:00+00:00", [here]),
        ("2026-11-21T00:07:00+00:00", [here]),
    ]


def test_two_runs_that_begin_at_once_are_both_written_down(client: Any, balances: BalanceTable) -> None:
    for _ in range(2):
        balances.begin_run([WHOLE.segment], POSTED_AT)

    answers = client.get_paginator("query").paginate(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": postings_partition("2026-11-20")}},
    )
    assert sum(len(answer["Items"]) for answer in answers) == 2


@pytest.mark.parametrize(
    ("version", "word"),
    [("9", "version 9, newer than this code"), ("1", "version 1, which no release wrote")],
)
def test_a_page_of_another_version_is_an_error_that_says_so(
    client: Any, balances: BalanceTable, version: str, word: str
) -> None:
    page = {"page": {"B": b"\x07[[],[]]"}, "version": {"N": version}}
    put(client, [{"pk": {"S": journal_key(WHOLE)}, "sk": {"S": "x"}, **page}])

    with pytest.raises(PageError, match=word):
        balances.read_pages(WHOLE)


@pytest.fixture
def ledger() -> Iterator[tuple[JournalTable, EntryTable]]:
    """The deployed shape of the table, with its index."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("pk", "sk", "recipient", "occurred_at")
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_recipient",
                    "KeySchema": [
                        {"AttributeName": "recipient", "KeyType": "HASH"},
                        {"AttributeName": "occurred_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        yield JournalTable(client, TABLE), EntryTable(client, TABLE)


def test_entries_are_found_by_message_and_by_recipient(ledger: tuple[JournalTable, EntryTable]) -> None:
    journal, entries = ledger
    journal.write([entry(2), entry(1)])
    expected = [{"message_id": "message-1", **entry(number).attributes} for number in (1, 2)]

    assert list(entries.entries_of_message("message-1")) == expected
    assert list(entries.entries_of_recipient("recipient-1@gmail.com")) == expected
    assert list(entries.entries_of_message("message-2")) == []
    assert list(entries.entries_of_recipient("recipient-2@gmail.com")) == []


def test_an_entry_that_expired_since_it_was_found_is_left_out(
    ledger: tuple[JournalTable, EntryTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is behind the table."""
    journal, entries = ledger
    journal.write([entry(1), entry(2)])
    expected = {"message_id": "message-1", **entry(2).attributes}
    get = entries._items.get

    def get_unless_expired(pk: str, sk: str) -> Any:
        return None if sk == entry(1).sort_key else get(pk, sk)

    monkeypatch.setattr(entries._items, "get", get_unless_expired)

    assert list(entries.entries_of_recipient("recipient-1@gmail.com")) == [expected]


def test_all_entries_are_read_and_nothing_else(ledger: tuple[JournalTable, EntryTable]) -> None:
    journal, entries = ledger
    assert journal.write([*map(entry, range(1, 8)), delays(15), page_of(1)]) == {}

    found = [each for page in entries.all_entries() for each in page]
    expected = [{"message_id": "message-1", **entry(number).attributes} for number in range(1, 8)]
    assert sorted(found, key=lambda each: each["occurred_at"]) == expected


def test_delays_are_found_by_account_and_the_day_on_which_they_arrived(
    ledger: tuple[JournalTable, EntryTable],
) -> None:
    journal, entries = ledger
    journal.write([delays(15, 16), delays(17)])

    found = list(entries.delays_of_account(*ACCOUNT, "2026-11-21"))
    assert sorted(each["occurred_at"][11:13] for each in found) == ["15", "16", "17"]
    assert list(entries.delays_of_account(*ACCOUNT, "2026-11-20")) == []
    assert list(entries.delays_of_account("444455556666", "eu-west-1", "2026-11-21")) == []
    # Nobody looks for the recipients of delays.
    assert list(entries.entries_of_recipient("recipient-1@gmail.com")) == []


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

    assert journal.write([page_of(number) for number in range(60)]) == dict.fromkeys(
        range(30, 60), "UnprocessedItems"
    )
    assert len(slept) == 5
    assert client.calls == 8


def test_an_unavailable_table_is_an_error_with_its_code() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        balances, entries = BalanceTable(client, "no-such-table"), EntryTable(client, "no-such-table")
        for ask in (
            lambda: balances.last_posting(WHOLE),
            lambda: balances.read_pages(WHOLE),
            lambda: balances.write_balance(balance(1), None),
            lambda: balances.write_balance(balance(1, TENANTS, 4), None),
            lambda: balances.divide(WHOLE, {"7"}, 1, POSTED_AT),
            lambda: balances.set_due(WHOLE, POSTED_AT),
            lambda: balances.begin_run([WHOLE.segment], POSTED_AT),
            lambda: read(balances),
            lambda: list(entries.entries_of_message("message-1")),
            lambda: list(entries.entries_of_recipient("recipient-1@gmail.com")),
            lambda: list(entries.delays_of_account(*ACCOUNT, "2026-11-20")),
        ):
            with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
                ask()


def test_a_table_that_fails_stores_nothing_and_says_so() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        journal = JournalTable(client, "no-such-table", sleep=lambda _: None)
        assert journal.write([page_of(1), page_of(2)]) == dict.fromkeys([0, 1], "ResourceNotFoundException")


def test_retention_is_written_with_the_rows(client: Any, journal: JournalTable) -> None:
    journal.write([page_of(1)])
    key = {"pk": {"S": journal_key(WHOLE)}, "sk": {"S": page_of(1).sort_key}}

    written = client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]

    lasts = datetime.fromtimestamp(int(written["expires_at"]["N"]), UTC) - datetime(
        2026, 11, 20, 14, tzinfo=UTC
    )
    assert lasts == timedelta(days=195)


def test_balances_never_expire(client: Any, balances: BalanceTable) -> None:
    balances.write_balance(balance(3), None)
    pk, sk = balance_key(WHOLE)
    key = {"pk": {"S": pk}, "sk": {"S": sk}}

    assert "expires_at" not in client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
