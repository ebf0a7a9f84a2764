"""Which books an operator's options name, and what is said where there is none."""

from datetime import UTC, datetime

import pytest

from console.errors import NotFoundError
from console.stack.selection import BookChoice, choose_senders, choose_states
from ses_reputation.rollup.entities import Book, Sender, account_book, books_of, identity_book
from ses_reputation.standing.state import BookState

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
EVERY = "rate(5 minutes)"
SENDERS = [
    Sender("444455556666", "us-east-1", "example.com"),
    Sender("444455556666", "eu-west-1", "example.com"),
    Sender("777788889999", "us-east-1", "news.example.com"),
]
STATES = {book: BookState(book, 1, AT) for book in books_of(SENDERS)}
DELEGATE, ABROAD = account_book("444455556666", "us-east-1"), account_book("444455556666", "eu-west-1")
OTHER = account_book("777788889999", "us-east-1")


@pytest.mark.parametrize(
    ("choice", "books"),
    [
        (
            BookChoice(),
            [ABROAD, DELEGATE, OTHER, identity_book("example.com"), identity_book("news.example.com")],
        ),
        (BookChoice(account="444455556666"), [ABROAD, DELEGATE]),
        (BookChoice(account="444455556666", region="us-east-1"), [DELEGATE]),
        (BookChoice(region="us-east-1"), [DELEGATE, OTHER]),
        (BookChoice(identity="example.com"), [identity_book("example.com")]),
        (BookChoice(account="777788889999", identity="example.com"), [OTHER, identity_book("example.com")]),
    ],
)
def test_options_name_books(choice: BookChoice, books: list[Book]) -> None:
    assert [state.book for state in choose_states(STATES, choice, EVERY)] == books


@pytest.mark.parametrize(
    ("choice", "senders"),
    [
        (BookChoice(), sorted(SENDERS)),
        (BookChoice(account="444455556666"), [SENDERS[1], SENDERS[0]]),
        (BookChoice(region="us-east-1"), [SENDERS[0], SENDERS[2]]),
        (BookChoice(identity="example.com", region="us-east-1"), [SENDERS[0]]),
    ],
)
def test_options_name_senders(choice: BookChoice, senders: list[Sender]) -> None:
    assert choose_senders(reversed(SENDERS), choice, EVERY) == senders


def test_before_the_first_assessment_it_is_said_when_it_comes() -> None:
    with pytest.raises(NotFoundError, match=r"No assessment yet: .* schedule, rate\(5 minutes\), once any"):
        choose_states({}, BookChoice(), EVERY)
    with pytest.raises(NotFoundError, match=r"No sender is known yet: .* schedule, rate\(5 minutes\)"):
        choose_senders([], BookChoice(), EVERY)


def test_an_unknown_account_is_told_from_the_known() -> None:
    with pytest.raises(NotFoundError) as error:
        choose_states(STATES, BookChoice(account="999900001111"), EVERY)

    assert str(error.value) == (
        "The ledger knows no mail of account 999900001111. It knows these accounts: "
        "444455556666 (eu-west-1), 444455556666 (us-east-1), 777788889999 (us-east-1). "
        "Mail appears once SES's feedback on it is booked and assessed."
    )


def test_an_unknown_identity_is_told_from_the_known_also_by_senders() -> None:
    known = "It knows these identities: example.com, news.example.com."
    with pytest.raises(NotFoundError, match=known):
        choose_states(STATES, BookChoice(identity="example.org"), EVERY)
    with pytest.raises(NotFoundError, match=known):
        choose_senders(SENDERS, BookChoice(identity="example.org"), EVERY)


def test_many_known_identities_are_not_all_named() -> None:
    many = [Sender("444455556666", "us-east-1", f"d{number:02}.example.com") for number in range(20)]

    with pytest.raises(NotFoundError, match=r"d07\.example\.com and 12 more\."):
        choose_senders(many, BookChoice(identity="example.org"), EVERY)
