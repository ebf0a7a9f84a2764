"""What is on a list now, read whole or found by any spelling."""

import pytest

from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ChainRestartsExhaustedError,
    ListRefusedError,
    ListThrottledError,
)
from ses_reputation.suppression.listing.list_reader import ListReader
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore.current_list import find_spellings, read_current
from tests.support.in_memory.suppression import ListInMemory, suppress

PAGES = [
    [suppress("ann@example.com"), suppress("Ann@example.com", "COMPLAINT")],
    [suppress("bob@example.com"), suppress("ann@example.com", "COMPLAINT", 1.0)],
]


def reader(*errors: Exception | None) -> ListReader:
    left = list(errors)
    return ListReader(ListInMemory(PAGES, lambda _: left.pop(0) if left else None))


def at_once() -> Pace:
    return Pace(sleep=lambda _: None)


def test_a_list_is_read_whole_each_address_with_its_latest_reason() -> None:
    seen: list[int] = []

    assert read_current(reader(), seen.append, at_once()) == {
        "ann@example.com": "COMPLAINT",
        "Ann@example.com": "COMPLAINT",
        "bob@example.com": "BOUNCE",
    }
    assert seen == [2, 3]


def test_an_entry_that_was_met_late_is_not_taken_for_the_newer_one() -> None:
    pages = [[suppress("ann@example.com", "COMPLAINT", 0.5)], [suppress("ann@example.com", "BOUNCE")]]
    unordered = ListReader(ListInMemory(pages))

    assert read_current(unordered, lambda _: None, at_once()) == {"ann@example.com": "COMPLAINT"}


def test_an_expired_token_begins_the_list_again() -> None:
    current = read_current(
        reader(None, ChainExpiredError("token"), ListThrottledError()), lambda _: None, at_once()
    )

    assert len(current) == 3


def test_tokens_that_expire_again_and_again_end_the_reading() -> None:
    with pytest.raises(ChainRestartsExhaustedError):
        read_current(reader(*[ChainExpiredError("token")] * 5), lambda _: None, at_once())


def test_a_list_that_may_not_be_read_is_not_an_empty_one() -> None:
    with pytest.raises(ListRefusedError):
        read_current(reader(ListRefusedError("AccessDenied")), lambda _: None, at_once())


def test_all_spellings_of_an_address_are_found() -> None:
    """Case A53: `foo@` was removed, and `Foo@` still blocks."""
    rows = [suppress("Foo@example.com"), suppress("bar@example.com"), suppress("foo@example.com")]

    assert find_spellings(rows, ["FOO@example.com", "absent@example.com"]) == (rows[0], rows[2])
