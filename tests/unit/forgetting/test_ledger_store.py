"""A person's entries and delays leave the table, and what others' entries quote of the address."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.ledger_store import PersonalItems
from ses_reputation.forgetting.person import Person
from ses_reputation.hours import day_of
from ses_reputation.ledger.delays import delay_pages, encode_delay
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.store import EntryTable, JournalTable
from ses_reputation.suppression.forgotten import ForgottenPeople
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.suppression_entries import entry

ANN = Person.of_address("ann@example.com", ForgottenPeople(b"key"))
NOON, ACCOUNT = datetime(2026, 11, 27, 12, tzinfo=UTC), ("222222222222", "eu-west-1")
QUOTED = "smtp; 550 5.1.1 <Ann@example.com>: joann@example.com is not here"


def open_table(client: InMemoryDynamoDB) -> EntryTable:
    return EntryTable(client, "ledger")  # type: ignore[arg-type]


def journal(client: InMemoryDynamoDB, entries: list[dict[str, str]], delays: list[dict[str, str]]) -> None:
    rows: list[Any] = []
    for number, attributes in enumerate(entries):
        rest = {name: value for name, value in attributes.items() if name != "message_id"}
        rows.append(Entry(attributes["message_id"], f"{number}#{attributes['feed']}", rest, 2_000_000_000))
    reported = [(encode_delay(delay), "queue-message") for delay in delays]
    rows += [page for page, _ in delay_pages(reported, ACCOUNT, NOON, timedelta(days=1))]
    JournalTable(client, "ledger").write(rows)  # type: ignore[arg-type]


def erase(client: InMemoryDynamoDB, *, applies: bool = True) -> Erasure:
    erasure = Erasure()
    items = PersonalItems(client, "ledger")  # type: ignore[arg-type]
    items.erase(ANN, erasure, lambda _: None, applies=applies)
    return erasure


def test_both_feeds_entries_go_and_others_stay_as_they_were() -> None:
    client = InMemoryDynamoDB()
    kept = entry(recipient="joann@example.com", message_id="message-2")
    journal(client, [entry(feed="sender"), entry(feed="owner"), kept], [])

    assert erase(client).counts[ErasedKind.ENTRY] == 2

    assert [each for page in open_table(client).all_entries() for each in page] == [kept]


def test_what_others_entries_quote_is_erased_and_nothing_else_of_them() -> None:
    client = InMemoryDynamoDB()
    quoting = entry(recipient="b@example.com", diagnostic_code=QUOTED, identity="ann@example.com")
    journal(client, [quoting], [])
    expires_at = [item["expires_at"] for item in client.items.values()]

    assert erase(client).counts == {ErasedKind.MENTION: 1, ErasedKind.DELAY: 0}

    said = "smtp; 550 5.1.1 <(forgotten)>: joann@example.com is not here"
    assert [each for page in open_table(client).all_entries() for each in page] == [
        # An identity is the name of a sender, which the journal's pages have, too.
        quoting | {"diagnostic_code": said}
    ]
    assert [item["expires_at"] for item in client.items.values()] == expires_at


def test_an_address_that_ends_as_the_persons_does_stays_another_recipients() -> None:
    client = InMemoryDynamoDB()
    others = entry(recipient="x=ann@example.com")
    journal(client, [others], [others])

    assert erase(client).counts.total() == 0

    assert [each for page in open_table(client).all_entries() for each in page] == [others]
    assert list(open_table(client).delays_of_account(*ACCOUNT, day_of(NOON))) == [others]


def test_delays_of_others_in_the_same_item_stay() -> None:
    client = InMemoryDynamoDB()
    hers, other, quoting = (
        entry(),
        entry(recipient="b@example.com"),
        entry(recipient="c@example.com", note=QUOTED),
    )
    journal(client, [], [hers, other, quoting])

    erasure = erase(client)

    assert (erasure.counts[ErasedKind.DELAY], erasure.counts[ErasedKind.MENTION]) == (1, 1)
    left = open_table(client).delays_of_account(*ACCOUNT, day_of(NOON))
    assert sorted(left, key=lambda each: each["recipient"]) == [
        other,
        quoting | {"note": "smtp; 550 5.1.1 <(forgotten)>: joann@example.com is not here"},
    ]
    assert len(client.items) == 1


def test_an_item_of_nobody_elses_delays_goes() -> None:
    client = InMemoryDynamoDB()
    journal(client, [], [entry()])
    assert (erase(client).counts[ErasedKind.DELAY], client.items) == (1, {})


def test_nothing_is_written_where_it_is_only_counted() -> None:
    client = InMemoryDynamoDB()
    journal(client, [entry(), entry(recipient="b@example.com", note=QUOTED)], [entry()])
    before = {key: dict(item) for key, item in client.items.items()}
    counts = erase(client, applies=False).counts
    assert counts == {ErasedKind.ENTRY: 1, ErasedKind.MENTION: 1, ErasedKind.DELAY: 1}
    assert client.items == before
