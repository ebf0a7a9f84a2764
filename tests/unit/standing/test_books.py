"""Whose mail is summed, and how a book is named."""

import pytest

from ses_reputation.rollup.entities import (
    Book,
    Sender,
    account_book,
    book_of_key,
    books_of,
    identity_book,
)
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

BOOKS = {
    f"account#{DELEGATE}#us-east-1": account_book(DELEGATE, "us-east-1"),
    "identity#example.com": identity_book("example.com"),
    "identity#news@example.com": identity_book("news@example.com"),
    # An address may have a # before its @.
    "identity#a#b@example.com": identity_book("a#b@example.com"),
}


@pytest.mark.parametrize(("key", "book"), BOOKS.items())
def test_a_book_is_known_again_by_its_key(key: str, book: Book) -> None:
    assert book.key == key
    assert book_of_key(key) == book


@pytest.mark.parametrize("key", ["", "example.com", "sender#444455556666#us-east-1"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="BookKind"):
        book_of_key(key)


def test_only_an_account_is_told_with_its_region() -> None:
    assert account_book(DELEGATE, "us-east-1").title == f"account {DELEGATE} in us-east-1"
    assert identity_book("example.com").title == "identity example.com"


def test_each_sender_stands_in_an_account_s_and_an_identity_s_book() -> None:
    first = Sender(DELEGATE, "us-east-1", "example.com")
    elsewhere = Sender(DELEGATE, "eu-west-1", "example.com")
    second = Sender(SECOND_DELEGATE, "us-east-1", "example.com")
    other = Sender(DELEGATE, "us-east-1", "example.org")

    assert books_of([second, other, first, elsewhere, first]) == {
        account_book(DELEGATE, "eu-west-1"): [elsewhere],
        account_book(DELEGATE, "us-east-1"): [first, other],
        account_book(SECOND_DELEGATE, "us-east-1"): [second],
        identity_book("example.com"): [elsewhere, first, second],
        identity_book("example.org"): [other],
    }
