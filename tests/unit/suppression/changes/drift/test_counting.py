"""Recipients are counted where lists and ledger disagree, each once."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.counting import (
    RecipientCounts,
    count_recipients,
    counts_to_keep,
    find_drift,
)
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts, DriftKind, DriftPlace
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_entries import entry

READ_AT = datetime(2026, 11, 29, 7, tzinfo=UTC)
COURIER, ORCHARD, HARBOR = (Target(account * 12, "eu-west-1") for account in "213")
ORCHARDS = ORCHARD.account, ORCHARD.region
IDENTITIES = ("mail.orchard.example", "orchard.example")


@pytest.fixture
def book() -> Iterator[DriftBook]:
    """Ann bounced at the courier and the harbor, by mail with both identities; both have her on their lists.

    Ben bounced at the orchard, complained there, and is on no list. Three accounts send with both identities.
    """
    with DriftBook() as book:
        for target, rows in ((COURIER, ["ann@example.com"]), (ORCHARD, []), (HARBOR, ["Ann@example.com"])):
            book.add_list(ListRead(target, READ_AT), map(suppress, rows))
            book.add_senders((target.account, target.region, identity) for identity in IDENTITIES)
        for number, account in enumerate((COURIER.account, HARBOR.account)):
            book.add_entries(
                entry(sending_account=account, identity=each, message_id=f"{each}-{number}")
                for each in IDENTITIES
            )
        ben = {"recipient": "ben@example.com", "sending_account": ORCHARD.account}
        book.add_entries([entry(**ben), entry(outcome="complained_abuse", **ben)])
        yield book


def by_reason(found: Any) -> str:
    return str(found.reason)


def count(book: DriftBook, kind: DriftKind) -> RecipientCounts:
    return count_recipients(kind, find_drift(book, kind, least_days=3), by_reason)


def test_a_recipient_counts_once_by_whatever_mail_and_on_whosever_list(book: DriftBook) -> None:
    kind = DriftKind.UNSUPPRESSED_ELSEWHERE

    assert len(list(find_drift(book, kind, least_days=3))) == 4
    assert count(book, kind) == RecipientCounts(
        Counter({DriftPlace(kind, *ORCHARDS, IDENTITIES): 1}), Counter({"BOUNCE": 1}), removed=0
    )


def test_a_recipient_counts_once_for_each_label(book: DriftBook) -> None:
    kind = DriftKind.MISSING_FROM_LIST
    found = count(book, kind)

    assert found == RecipientCounts(
        Counter({DriftPlace(kind, *ORCHARDS, ("orchard.example",)): 1}),
        Counter({"BOUNCE": 1, "COMPLAINT": 1}),
        removed=0,
    )
    assert found.total == 1


def test_who_was_taken_off_on_purpose_is_no_drift(book: DriftBook) -> None:
    """Ann and Ben were taken off the orchard's list after all that is reported of them."""
    people = ["ann@example.com", "ben@example.com"]
    book.add_removals(*ORCHARDS, datetime(2026, 11, 28, tzinfo=UTC), people)

    for kind in (DriftKind.UNSUPPRESSED_ELSEWHERE, DriftKind.MISSING_FROM_LIST):
        assert count(book, kind) == RecipientCounts(Counter(), Counter(), removed=1)


def test_what_was_reported_after_a_removal_counts_by_that_alone(book: DriftBook) -> None:
    """Ben's bounce was known when he was taken off, and his complaint came later: he counts by that."""
    later = {"occurred_at": "2026-11-27T20:00:00Z", "message_id": "message-9", "identity": IDENTITIES[0]}
    clo = {"recipient": "clo@example.com", "sending_account": ORCHARD.account}
    book.add_entries([entry(**clo), entry(outcome="complained_abuse", **clo, **later)])
    book.add_removals(
        *ORCHARDS, datetime(2026, 11, 27, 12, tzinfo=UTC), [clo["recipient"], "ben@example.com"]
    )
    kind = DriftKind.MISSING_FROM_LIST

    assert count(book, kind) == RecipientCounts(
        Counter({DriftPlace(kind, *ORCHARDS, IDENTITIES[:1]): 1}), Counter({"COMPLAINT": 1}), removed=1
    )


def test_two_spellings_on_a_list_are_one_recipient() -> None:
    """SES keeps them as two entries, and sending ignores case."""
    kind = DriftKind.DELIVERED_SINCE
    with DriftBook() as book:
        rows = [suppress("Ann@example.com"), suppress("ann@example.com"), suppress("Bea@example.com")]
        book.add_list(ListRead(COURIER, READ_AT), rows)
        book.add_list(ListRead(Target(COURIER.account, COURIER.region, "shop"), READ_AT), rows[1:])
        complained = {"sending_account": ORCHARD.account, "outcome": "complained_abuse"}
        book.add_entries([entry(**complained), entry(recipient="bea@example.com", **complained)])

        assert len(list(find_drift(book, kind, least_days=3))) == 5
        assert count(book, kind).places == Counter({DriftPlace(kind, COURIER.account, COURIER.region, ()): 2})


def test_what_is_kept_is_what_was_counted_and_of_which_lists(book: DriftBook) -> None:
    # A tenant's list is not the account's own, which is not known.
    book.add_list(ListRead(Target("444444444444", "eu-west-1", "shop"), READ_AT), [])
    found = [count(book, kind) for kind in (DriftKind.UNSUPPRESSED_ELSEWHERE, DriftKind.MISSING_FROM_LIST)]

    assert counts_to_keep(book, found, READ_AT, days=30, hours_left_out=7) == DriftCounts(
        READ_AT,
        30,
        tuple((account * 12, "eu-west-1") for account in "123"),
        7,
        Counter(
            {
                DriftPlace(DriftKind.UNSUPPRESSED_ELSEWHERE, *ORCHARDS, IDENTITIES): 1,
                DriftPlace(DriftKind.MISSING_FROM_LIST, *ORCHARDS, ("orchard.example",)): 1,
            }
        ),
    )
