"""Who is found in a book, counted by list and identity."""

from collections import Counter
from datetime import UTC, datetime

from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.counting import count_drift
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts, DriftKind, DriftPlace
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_entries import entry

READ_AT = datetime(2026, 11, 29, 7, tzinfo=UTC)
COURIER = Target("222222222222", "eu-west-1")
ORCHARD = Target("111111111111", "eu-west-1")


def test_recipients_are_counted_where_a_list_lacks_them() -> None:
    """Ann bounced at the courier, whose list has her, and the orchard lacks her; Ben is on no list."""
    with DriftBook() as book:
        book.add_list(ListRead(COURIER, READ_AT), [suppress("ann@example.com")])
        book.add_list(ListRead(ORCHARD, READ_AT), [])
        book.add_senders([("111111111111", "eu-west-1", "orchard.example")])
        ben = {"recipient": "ben@example.com", "sending_account": "111111111111"}
        book.add_entries(
            [
                entry(),
                entry(message_id="message-2", **ben),
                entry(message_id="message-3", outcome="complained_abuse", **ben),
            ]
        )

        # A tenant's list is not the account's own, which is not known.
        book.add_list(ListRead(Target("333333333333", "eu-west-1", "shop"), READ_AT), [])
        found = count_drift(book, READ_AT, days=30, hours_left_out=7, least_days=3)

    assert found == DriftCounts(
        READ_AT,
        30,
        (("111111111111", "eu-west-1"), ("222222222222", "eu-west-1")),
        7,
        Counter(
            {
                DriftPlace(
                    DriftKind.UNSUPPRESSED_ELSEWHERE, "111111111111", "eu-west-1", ("orchard.example",)
                ): 1,
                # A bounce and a complaint are two findings of one recipient.
                DriftPlace(DriftKind.MISSING_FROM_LIST, "111111111111", "eu-west-1", ("orchard.example",)): 1,
            }
        ),
    )
