"""Whom `sync` proposes to put on which list."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.findings import find_unsuppressed
from ses_reputation.suppression.changes.drift.proposals import Proposal, propose
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_entries import entry

READ_AT = datetime(2026, 11, 29, 7, tzinfo=UTC)
COURIER, ORCHARD = (Target(account * 12, "eu-west-1") for account in "21")
TENANT = Target(ORCHARD.account, ORCHARD.region, "shop")
ANN = "ann@example.com"
ANNS_BOUNCE = suppress(ANN)


@contextmanager
def compared(
    couriers: SuppressedDestination = ANNS_BOUNCE, *orchards: SuppressedDestination
) -> Iterator[DriftBook]:
    """Lists of both, which send with one identity; Ann bounced at the courier on 27 November."""
    with DriftBook() as book:
        book.add_list(ListRead(COURIER, READ_AT), [couriers])
        book.add_list(ListRead(ORCHARD, READ_AT), orchards)
        book.add_senders([(each.account, each.region, "orchard.example") for each in (COURIER, ORCHARD)])
        book.add_entries([entry()])
        yield book


def remove(book: DriftBook, day: int) -> None:
    at = datetime(2026, 11, day, tzinfo=UTC)
    book.add_removals(ORCHARD.account, ORCHARD.region, at, ["ANN@example.com"])


def are_removed(book: DriftBook) -> list[bool]:
    return [each.is_removed for each in find_unsuppressed(book)]


@pytest.mark.parametrize("whole_lists", [False, True])
def test_who_is_on_anothers_list_alone_is_proposed(whole_lists: bool) -> None:
    with compared() as book:
        assert list(propose(book, whole_lists=whole_lists)) == [Proposal(ORCHARD, ANN, "BOUNCE", "")]


@pytest.mark.parametrize("whole_lists", [False, True])
def test_who_is_on_a_tenants_list_is_suppressed_there(whole_lists: bool) -> None:
    with compared() as book:
        book.add_list(ListRead(TENANT, READ_AT), [suppress(ANN)])

        assert are_removed(book) == []
        assert list(propose(book, whole_lists=whole_lists)) == []


@pytest.mark.parametrize("whole_lists", [False, True])
def test_a_tenants_entry_is_not_proposed_to_its_own_accounts_list(whole_lists: bool) -> None:
    """What an account's own tenant has against a recipient is no news of another sender."""
    with DriftBook() as book:
        book.add_list(ListRead(ORCHARD, READ_AT), [suppress(ANN)])
        book.add_list(ListRead(TENANT, READ_AT), [suppress(ANN, "COMPLAINT")])
        book.add_senders([(ORCHARD.account, ORCHARD.region, "orchard.example")])
        book.add_entries([entry(sending_account=ORCHARD.account)])

        assert list(propose(book, whole_lists=whole_lists)) == []


@pytest.mark.parametrize("whole_lists", [False, True])
@pytest.mark.parametrize(("removed_on", "is_decided"), [(28, True), (26, False)])
def test_who_was_taken_off_on_purpose_is_not_put_back_unless_mail_bounced_since(
    removed_on: int, is_decided: bool, whole_lists: bool
) -> None:
    with compared() as book:
        remove(book, removed_on)

        assert are_removed(book) == [is_decided]
        proposed = [] if is_decided else [Proposal(ORCHARD, ANN, "BOUNCE", "")]
        assert list(propose(book, whole_lists=whole_lists)) == proposed


def test_an_entry_that_no_report_explains_is_no_reason_to_put_anybody_back() -> None:
    """A restore dates entries anew: the time of an entry says nothing against a removal."""
    with compared(suppress("ben@example.com")) as book:
        at = datetime(2026, 11, 1, tzinfo=UTC)
        book.add_removals(ORCHARD.account, ORCHARD.region, at, ["ben@example.com"])

        assert list(propose(book, whole_lists=True)) == []


def test_a_complaint_outranks_a_bounce_of_who_was_taken_off_before() -> None:
    """Who is on the list again is strengthened there: nobody is put back."""
    with compared(suppress(ANN, "COMPLAINT"), suppress("Ann@example.com")) as book:
        remove(book, 28)

        assert list(propose(book)) == [Proposal(ORCHARD, "Ann@example.com", "COMPLAINT", "BOUNCE")]
