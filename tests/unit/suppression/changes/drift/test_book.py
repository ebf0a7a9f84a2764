"""What is compared, and what of the ledger has no say in it."""

from datetime import UTC, datetime

import pytest

from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.findings import (
    MissingFromList,
    RepeatedSoftBounces,
    UnsuppressedElsewhere,
    find_delivered,
    find_missing,
    find_soft_bounces,
    find_unsuppressed,
)
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_entries import entry

READ_AT = datetime(2026, 11, 29, 7, tzinfo=UTC)
COURIER = Target("222222222222", "eu-west-1")
ORCHARD = Target("111111111111", "eu-west-1")


def read(book: DriftBook, target: Target, *rows: SuppressedDestination) -> None:
    book.add_list(ListRead(target, READ_AT), rows)


def test_a_recipient_who_bounced_at_one_sender_and_may_be_mailed_by_another_is_found() -> None:
    with DriftBook() as book:
        read(book, COURIER, suppress("Ann@Example.com"))
        read(book, ORCHARD)
        book.add_senders([("111111111111", "eu-west-1", "orchard.example")])
        book.add_entries(
            [
                entry(),
                entry(sending_account="111111111111", message_id="message-2", outcome="delayed_general"),
            ]
        )

        assert list(find_unsuppressed(book)) == [
            UnsuppressedElsewhere(
                identity="orchard.example",
                recipient="ann@example.com",
                reason="BOUNCE",
                suppressed_account="222222222222",
                suppressed_region="eu-west-1",
                suppressed_at="2026-11-21T12:00:00",
                account="111111111111",
                region="eu-west-1",
                mailed_at="2026-11-27T06:59:58.25",
                is_removed=False,
            )
        ]


def test_a_sender_whose_list_is_not_known_is_never_said_to_lack_anybody() -> None:
    with DriftBook() as book:
        read(book, COURIER, suppress("ann@example.com"))
        book.add_senders([("111111111111", "eu-west-1", "orchard.example")])
        book.add_entries([entry(), entry(sending_account="111111111111", message_id="message-2")])

        assert list(find_unsuppressed(book)) == []
        assert list(find_missing(book)) == []


def test_a_bounce_that_the_list_lacks_is_found_with_its_latest_message() -> None:
    with DriftBook() as book:
        read(book, COURIER)
        earlier = entry(message_id="message-0", occurred_at="2026-11-26T00:00:00Z")
        book.add_entries([entry(), earlier])

        assert list(find_missing(book)) == [
            MissingFromList(
                "222222222222",
                "eu-west-1",
                "ann@example.com",
                "BOUNCE",
                "2026-11-27T06:59:58.25",
                "message-1",
                "orchard.example",
                "courier-news",
                is_removed=False,
            )
        ]


@pytest.mark.parametrize(
    "differences",
    [
        {"provider": "simulator"},
        {"provider": "own_domains"},
        {"outcome": "bounced_permanent_on_account_suppression_list"},
        {"outcome": "complained_not_spam"},
        {"outcome": "rejected"},
        {"outcome": "of_a_newer_version"},
        # Less than a day before the list was read: SES may have been about to add it.
        {"occurred_at": "2026-11-28T07:00:00.001Z"},
    ],
)
def test_mail_that_puts_nobody_on_a_list_leaves_none_missing(differences: dict[str, str]) -> None:
    with DriftBook() as book:
        read(book, COURIER)
        book.add_entries([entry(**differences)])

        assert list(find_missing(book)) == []


@pytest.mark.parametrize(("removed_on", "expected"), [(28, True), (26, False)])
def test_what_somebody_took_off_since_is_said_to_be_removed(removed_on: int, expected: bool) -> None:
    with DriftBook() as book:
        read(book, COURIER)
        book.add_entries([entry()])
        at = datetime(2026, 11, removed_on, tzinfo=UTC)
        book.add_removals("222222222222", "eu-west-1", at, ["ANN@example.com"])

        assert [each.is_removed for each in find_missing(book)] == [expected]


def test_soft_bounces_count_by_the_days_of_sending_and_those_of_the_content_do_not_count() -> None:
    outcomes = ["mailbox_full", "mailbox_full", "general", "message_too_large", "content_rejected"]
    hours = ["2026-11-20T06", "2026-11-20T18", "2026-11-22T06", "2026-11-23T06", "2026-11-24T06"]
    with DriftBook() as book:
        read(book, COURIER)
        book.add_entries(
            entry(message_id=f"m{number}", outcome=f"bounced_transient_{outcome}", send_hour=hour)
            for number, (outcome, hour) in enumerate(zip(outcomes, hours, strict=True))
        )

        assert list(find_soft_bounces(book, 3)) == []
        assert list(find_soft_bounces(book, 2)) == [
            RepeatedSoftBounces(
                account="222222222222",
                region="eu-west-1",
                recipient="ann@example.com",
                days=2,
                messages=3,
                first_day="2026-11-20",
                last_day="2026-11-22",
                outcomes="bounced_transient_general bounced_transient_mailbox_full",
            )
        ]


@pytest.mark.parametrize(
    ("send_hour", "is_later"), [("2026-11-21T13", True), ("2026-11-21T12", False), ("2026-11-20T12", False)]
)
def test_a_complaint_about_mail_sent_after_the_entry_shows_that_it_arrived(
    send_hour: str, is_later: bool
) -> None:
    with DriftBook() as book:
        read(book, COURIER, suppress("ann@example.com"))
        book.add_entries(
            [entry(sending_account="111111111111", outcome="complained_abuse", send_hour=send_hour)]
        )

        assert [each.evidence for each in find_delivered(book)] == (["complaint"] if is_later else [])


def test_an_entry_for_a_complaint_stays_right_whatever_arrives() -> None:
    with DriftBook() as book:
        read(book, COURIER, suppress("ann@example.com", "COMPLAINT"))
        book.add_entries([entry(outcome="complained_abuse")])

        assert list(find_delivered(book)) == []


def test_what_occurred_a_day_before_the_list_was_read_is_missing_however_its_time_is_written() -> None:
    with DriftBook() as book:
        read(book, COURIER)
        book.add_entries([entry(occurred_at="2026-11-28T07:00:00.000Z")])

        assert len(list(find_missing(book))) == 1
