"""Which books are asked for, and what is said where there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.errors import NotFoundError
from ses_reputation.rollup.entities import Book, BookKind, Sender, account_book, identity_book
from ses_reputation.standing.state import BookState

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class BookChoice:
    """Books by account, Region and identity; none of them stands for all."""

    account: str = ""
    region: str = ""
    identity: str = ""

    def names(self, book: Book) -> bool:
        """Tell whether a book is asked for. An identity is the same in all Regions: a Region names none."""
        if not (self.account or self.region or self.identity):
            return True
        if book.kind is BookKind.IDENTITY:
            return book.name == self.identity
        return bool(self.account or self.region) and (
            self.account in ("", book.name) and self.region in ("", book.region)
        )

    def holds(self, sender: Sender) -> bool:
        """Tell whether a sender's mail is asked for."""
        return (
            self.account in ("", sender.account)
            and self.region in ("", sender.region)
            and self.identity in ("", sender.identity)
        )

    def title(self) -> str:
        """What is asked for, as people say it."""
        parts = (("account", self.account), ("Region", self.region), ("identity", self.identity))
        return ", ".join(f"{noun} {name}" for noun, name in parts if name)


def choose_states(states: Mapping[Book, BookState], choice: BookChoice, schedule: str) -> list[BookState]:
    """Return the states of the books that are asked for, sorted by book.

    Raises NotFoundError: nothing was assessed yet, or not this. `schedule` says when assessments run.
    """
    if not states:
        raise NotFoundError(
            f"No assessment yet: the first comes with the schedule, {schedule}, once any mail has a balance "
            "(`ses-reputation balances` shows them)."
        )
    chosen = [states[book] for book in sorted(states) if choice.names(book)]
    if not chosen:
        raise NotFoundError(_describe_unknown(states, choice))
    return chosen


def choose_senders(senders: Iterable[Sender], choice: BookChoice, schedule: str) -> list[Sender]:
    """Return the senders whose mail is asked for, sorted.

    Raises NotFoundError: no sender is known yet, or not this one. `schedule` says when assessments run.
    """
    known = sorted(set(senders))
    if not known:
        raise NotFoundError(
            f"No sender is known yet: assessments find them on their schedule, {schedule}, once any mail has "
            "a balance (`ses-reputation balances` shows them)."
        )
    chosen = [sender for sender in known if choice.holds(sender)]
    if not chosen:
        raise NotFoundError(_describe_unknown(_books(known), choice))
    return chosen


def _books(senders: Iterable[Sender]) -> list[Book]:
    pairs = ((account_book(each.account, each.region), identity_book(each.identity)) for each in senders)
    return [book for pair in pairs for book in pair]


def _describe_unknown(books: Iterable[Book], choice: BookChoice) -> str:
    wanted = BookKind.IDENTITY if choice.identity and not choice.account else BookKind.ACCOUNT
    known = sorted({_name(book) for book in books if book.kind is wanted})
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    plural = "identities" if wanted is BookKind.IDENTITY else "accounts"
    return (
        f"The ledger knows no mail of {choice.title()}. It knows these {plural}: "
        f"{', '.join(known[:_MOST_NAMED])}{more}. "
        "Mail appears once SES's feedback on it is booked and assessed."
    )


def _name(book: Book) -> str:
    return f"{book.name} ({book.region})" if book.region else book.name
