"""The journal is asked about messages that the ledger names, and about no others."""

from datetime import UTC, datetime

import pytest

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, fingerprint
from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.deliveries import search_journal
from ses_reputation.suppression.changes.drift.findings import DeliveredSince, find_delivered
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.ledger import Ledger
from tests.support.in_memory.suppression import suppress
from tests.support.pages import page_of
from tests.support.suppression_entries import entry

HOUR = AccountHour("111111111111", "eu-west-1", "2026-11-27T06")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
# Of the message and the recipient of `entry()`.
DISPATCH = int.from_bytes(fingerprint("message-1", "ann@example.com"))
SECOND_DIGIT = f"{DISPATCH:016x}"[0]


def book_with(reason: str = "BOUNCE", **differences: str) -> DriftBook:
    """Ann is on the courier's list; the owner's mail to her was delayed, six days later."""
    book = DriftBook()
    rows = [suppress("Ann@example.com", reason)]
    book.add_list(ListRead(Target("222222222222", "eu-west-1"), NOON), rows)
    delayed = {"sending_account": "111111111111", "outcome": "delayed_general"}
    book.add_entries([entry(**delayed | differences)])
    return book


def ledger_with(prefix: str, outcome: Outcome = Outcome.DELIVERED_WITHIN_1H, *dispatches: int) -> Ledger:
    ledger = Ledger(NOON)
    shard = Shard(Segment(HOUR), prefix)
    ledger.journal(page_of(*(dispatches or (DISPATCH,)), shard=shard, outcome=outcome))
    return ledger


@pytest.mark.parametrize("prefix", ["", "7", f"7{SECOND_DIGIT}"])
def test_a_delayed_message_that_arrived_after_the_entry_is_found_in_any_shard(prefix: str) -> None:
    with book_with() as book:
        found = search_journal(book, ledger_with(prefix).store, most_hours=1)
        book.add_deliveries(found.deliveries)

        assert (found.hours_read, found.hours_left_out) == (1, 0)
        assert list(find_delivered(book)) == [
            DeliveredSince(
                account="222222222222",
                region="eu-west-1",
                tenant="",
                address="Ann@example.com",
                reason="BOUNCE",
                updated_at="2026-11-21T12:00:00",
                delivered_at="2026-11-27T06",
                delivered_by="111111111111",
                message_id="message-1",
                evidence="delivery",
            )
        ]


def test_a_message_that_only_bounced_or_is_another_did_not_arrive() -> None:
    bounced = ledger_with("", Outcome.BOUNCED_TRANSIENT_GENERAL)
    another = ledger_with("", Outcome.DELIVERED_WITHIN_10S, DISPATCH + 1)
    with book_with() as book:
        assert search_journal(book, bounced.store, 1).deliveries == []
        assert search_journal(book, another.store, 1).deliveries == []


@pytest.mark.parametrize(
    ("reason", "differences"),
    [
        ("COMPLAINT", {}),
        ("BOUNCE", {"send_hour": "2026-11-21T12"}),
        ("BOUNCE", {"recipient": "ben@example.com"}),
    ],
)
def test_nothing_is_read_for_what_could_not_be_an_unjustified_entry(
    reason: str, differences: dict[str, str]
) -> None:
    ledger = ledger_with("")
    with book_with(reason, **differences) as book:
        assert search_journal(book, ledger.store, 1).hours_read == 0
    assert ledger.dynamodb.queried == []


def test_the_newest_hours_are_read_within_the_bound_and_the_rest_is_counted() -> None:
    ledger = ledger_with("")
    with book_with() as book:
        older = {"sending_account": "111111111111", "outcome": "delayed_general", "message_id": "message-0"}
        book.add_entries([entry(**older, send_hour="2026-11-25T06")])

        found = search_journal(book, ledger.store, 1)

    assert [each.message_id for each in found.deliveries] == ["message-1"]
    assert (found.hours_read, found.hours_left_out) == (1, 1)
    # The whole hour, and each of sixteen buckets with the part of the dispatch.
    assert len(ledger.dynamodb.queried) == 33
