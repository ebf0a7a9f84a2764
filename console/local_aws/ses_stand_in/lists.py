"""The suppression lists that the SES stand-in keeps, one for each account and Region."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ListBehaviour:
    """How a list answers beyond what SES documents; every default is the easiest for clients.

    `order_seed` puts the rows of each chain of pages in an arbitrary order of its own.
    `repeated_fraction` of the rows of each page (from the second on) are rows handed out before.
    A token is forgotten after `token_uses` requests, or `token_seconds` after it was given.
    """

    order_seed: int | None = None
    repeated_fraction: float = 0.0
    token_uses: int | None = None
    token_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SuppressedAddress:
    """One row; `updated_at` is in Unix seconds, as on the wire. Only automatic entries have the two ids."""

    email_address: str
    reason: str
    updated_at: float
    message_id: str | None = None
    feedback_id: str | None = None


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What a request asks for: reasons (none: all) and a span of update times in Unix seconds."""

    reasons: frozenset[str] = frozenset()
    start_at: float | None = None
    end_at: float | None = None

    def accepts(self, row: SuppressedAddress) -> bool:
        """Whether a row is asked for."""
        if self.reasons and row.reason not in self.reasons:
            return False
        if self.start_at is not None and row.updated_at < self.start_at:
            return False
        return self.end_at is None or row.updated_at <= self.end_at


class TokenUnknownError(Exception):
    """The token was never given, or is forgotten."""


@dataclass(slots=True)
class _Token:
    rows: Sequence[SuppressedAddress]
    offset: int
    given_at: float
    uses: int = 0


@dataclass(slots=True)
class StandInList:
    """One account's list in one Region. Safe to use from several threads."""

    behaviour: ListBehaviour = field(default_factory=ListBehaviour)
    clock: Callable[[], float] = time.monotonic
    _rows: dict[str, SuppressedAddress] = field(default_factory=dict)
    _tokens: dict[str, _Token] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def put(self, row: SuppressedAddress) -> None:
        """Add an address, or update it; addresses keep their case."""
        with self._lock:
            self._rows[row.email_address] = row

    def put_many(self, rows: Iterable[SuppressedAddress]) -> None:
        """Add rows at once, without a request for each."""
        with self._lock:
            self._rows.update((row.email_address, row) for row in rows)

    def get(self, email_address: str) -> SuppressedAddress | None:
        """Find an address in exactly this case."""
        with self._lock:
            return self._rows.get(email_address)

    def find_in_any_case(self, email_address: str) -> SuppressedAddress | None:
        """Find an address as sending does: in any case."""
        wanted = email_address.lower()
        with self._lock:
            return next((row for row in self._rows.values() if row.email_address.lower() == wanted), None)

    def delete(self, email_address: str) -> bool:
        """Remove an address in exactly this case; return whether it was there."""
        with self._lock:
            return self._rows.pop(email_address, None) is not None

    def addresses(self) -> list[str]:
        """All addresses on the list, sorted."""
        with self._lock:
            return sorted(self._rows)

    def expire_tokens(self) -> None:
        """Forget every token given so far."""
        with self._lock:
            self._tokens.clear()

    def list_page(
        self, row_filter: RowFilter, page_size: int, token: str | None
    ) -> tuple[list[SuppressedAddress], str | None]:
        """Hand out one page and the token of the next; raises TokenUnknownError.

        A chain of pages sees the list as it was when its first page was asked for.
        """
        with self._lock:
            rows, offset = self._use_token(token) if token is not None else (self._begin_chain(row_filter), 0)
            repeated = self._choose_repeated(rows, offset, page_size)
            end = offset + page_size - len(repeated)
            page = [*rows[offset:end], *repeated]
            return page, self._give_token(rows, end) if end < len(rows) else None

    def _begin_chain(self, row_filter: RowFilter) -> Sequence[SuppressedAddress]:
        rows = [row for row in self._rows.values() if row_filter.accepts(row)]
        if self.behaviour.order_seed is not None:
            random.Random(self.behaviour.order_seed + next(self._numbers)).shuffle(rows)  # noqa: S311
        return rows

    def _choose_repeated(
        self, rows: Sequence[SuppressedAddress], offset: int, page_size: int
    ) -> list[SuppressedAddress]:
        count = min(offset, page_size - 1, int(page_size * self.behaviour.repeated_fraction))
        return random.Random(offset).choices(rows[:offset], k=count) if count else []  # noqa: S311

    def _give_token(self, rows: Sequence[SuppressedAddress], offset: int) -> str:
        name = f"stand-in-token-{next(self._numbers):012d}"
        self._tokens[name] = _Token(rows, offset, self.clock())
        return name

    def _use_token(self, name: str) -> tuple[Sequence[SuppressedAddress], int]:
        token = self._tokens.get(name)
        if token is None or self._is_forgotten(token):
            self._tokens.pop(name, None)
            raise TokenUnknownError(name)
        token.uses += 1
        return token.rows, token.offset

    def _is_forgotten(self, token: _Token) -> bool:
        uses, seconds = self.behaviour.token_uses, self.behaviour.token_seconds
        is_used_up = uses is not None and token.uses >= uses
        return is_used_up or (seconds is not None and self.clock() - token.given_at > seconds)


def generate_rows(count: int, domain: str = "example.com") -> Iterable[SuppressedAddress]:
    """Generate so many rows of invented addresses; every fifth is a complaint."""
    for number in range(count):
        reason = "COMPLAINT" if number % 5 == 0 else "BOUNCE"
        yield SuppressedAddress(f"recipient-{number:07d}@{domain}", reason, 1_780_000_000.0 + number % 86_400)
