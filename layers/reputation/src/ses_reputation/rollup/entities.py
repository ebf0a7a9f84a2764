"""Whose mail is summed: an account's, which SES enforces against, or an identity's, whose owner is harmed.

One event stands in both books, and the two are never added together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Sender(NamedTuple):
    """An account that sends with an identity in one Region: whose hours the ledger keeps balances of."""

    account: str
    region: str
    identity: str


class BookKind(StrEnum):
    """Which side of a mail a book is kept for."""

    ACCOUNT = "account"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True, order=True)
class Book:
    """The mail of one account in one Region, or all mail that anybody sends with one identity.

    `name` is an account id, or an identity (domain or address). `region` is empty for an identity.
    """

    kind: BookKind
    name: str
    region: str = ""

    @property
    def key(self) -> str:
        """The book in one word: `account#444455556666#us-east-1`, `identity#example.com`."""
        return f"{self.kind}#{self.name}#{self.region}" if self.region else f"{self.kind}#{self.name}"

    @property
    def title(self) -> str:
        """The book as people read it."""
        return f"{self.kind} {self.name}" + (f" in {self.region}" if self.region else "")


def account_book(account: str, region: str) -> Book:
    """Return the book of a sending account: SES keeps a reputation for each Region."""
    return Book(BookKind.ACCOUNT, account, region)


def identity_book(identity: str) -> Book:
    """Return the book of an identity, across all senders and Regions."""
    return Book(BookKind.IDENTITY, identity)


def book_of_key(key: str) -> Book:
    """Return the book that a key names. Raises ValueError where it names none."""
    kind, _, rest = key.partition("#")
    if kind == BookKind.IDENTITY:
        return identity_book(rest)
    account, _, region = rest.partition("#")
    return Book(BookKind(kind), account, region)


def books_of(senders: Iterable[Sender]) -> dict[Book, list[Sender]]:
    """Return the two books of each sender with all senders that stand in them, sorted."""
    books: dict[Book, list[Sender]] = {}
    for sender in sorted(set(senders)):
        for book in (account_book(sender.account, sender.region), identity_book(sender.identity)):
            books.setdefault(book, []).append(sender)
    return dict(sorted(books.items()))
