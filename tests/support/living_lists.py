"""SES of several accounts by a simulated clock: lists that change while they are read, and what they were.

Each chain of pages has an order of its own. An entry that does not change keeps its place in it; one that is
changed gets another, before or behind the page that is read. Nothing waits: time passes when somebody sleeps
or asks.

A list stands where SesSuppressionList does, behind the one method by which the export reads a list: all that
decides what a snapshot holds is above it. What is below, the request and its answer, is held to SES's
stand-in by tests/contract/test_suppression_stand_in.py: pages, dates, forgotten tokens, orders, repeats,
throttling, and what a read since a time shows of a list that changed. So its own chains may hold still.
"""

import random
from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ses_reputation.hours import format_timestamp
from ses_reputation.suppression.errors import ChainExpiredError, ListThrottledError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_page import ListPage
from tests.support.in_memory.suppression import FunctionCrashError

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
REQUEST_SECONDS = 0.1


@dataclass(slots=True)
class Clock:
    """Seconds since the start of the run."""

    seconds: float = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    def now(self) -> datetime:
        """The simulated time."""
        return START + timedelta(seconds=self.seconds)


class Change(NamedTuple):
    """What happened to an entry: its row from then on, None where it was removed."""

    at: float
    address: str
    row: SuppressedDestination | None


@dataclass(slots=True)
class Limiter:
    """The rate of one account and Region: one request a second, and a share refused at random."""

    clock: Clock
    chance: random.Random
    refused_share: float = 0.2
    answered: int = 0
    refused: int = 0
    _tokens: float = 1.0
    _filled_at: float = 0.0

    def check(self) -> None:
        """Raise ListThrottledError where a request comes too soon, or by bad luck."""
        self._tokens = min(1.0, self._tokens + self.clock.seconds - self._filled_at)
        self._filled_at = self.clock.seconds
        if self._tokens < 1 or self.chance.random() < self.refused_share:
            self.refused += 1
            raise ListThrottledError("429")
        self._tokens -= 1
        self.answered += 1


@dataclass(slots=True)
class LivingList:
    """A suppression list whose entries change with time, a few each second."""

    clock: Clock
    limiter: Limiter
    chance: random.Random
    size: int
    page_size: int
    changes_per_second: float = 0.0
    kill_share: float = 0.0
    expires_at_requests: tuple[int, ...] = ()
    changes: list[Change] = field(default_factory=list)
    requests: int = 0
    _rows: dict[str, SuppressedDestination] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _changed_until: float = 0.0
    _generation: int = 0
    _places: dict[str, float] = field(default_factory=dict)
    _order: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Fill the list as it was long before the run."""
        self._names = [f"r{number:07d}@example.com" for number in range(self.size)]
        old = format_timestamp(START - timedelta(days=30), "auto")
        self._rows = {name: SuppressedDestination(name, old, "BOUNCE") for name in self._names}
        self._changed_until = self.clock.seconds

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        """Answer as an unlocked list does; or throttle, forget a token, or die in the middle."""
        self.clock.sleep(REQUEST_SECONDS)
        self._live()
        if self.chance.random() < self.kill_share:
            raise FunctionCrashError
        self.limiter.check()
        self.requests += 1
        if since is not None:
            return self._changed_since(since)
        if self.requests in self.expires_at_requests:
            self._generation += 1
        if next_token is None:
            self._begin_chain()
        else:
            generation, _, place = next_token.partition(":")
            if int(generation) != self._generation:
                raise ChainExpiredError("gone")
            return self._page_behind(float(place))
        return self._page_behind(-1.0)

    def state_at(self, seconds: float) -> dict[str, SuppressedDestination]:
        """What was on the list at a time, from what happened to it."""
        old = format_timestamp(START - timedelta(days=30), "auto")
        state = {name: SuppressedDestination(name, old, "BOUNCE") for name in self._names[: self.size]}
        for change in self.changes:
            if change.at > seconds:
                break
            if change.row is None:
                state.pop(change.address, None)
            else:
                state[change.address] = change.row
        return state

    def _begin_chain(self) -> None:
        self._generation += 1
        self._places = {name: self.chance.random() for name in self._rows}
        self._order = sorted((place, name) for name, place in self._places.items())

    def _page_behind(self, place: float) -> ListPage:
        rows, last = [], place
        for at in range(bisect_right(self._order, (place, "~")), len(self._order)):
            last, name = self._order[at]
            # An entry that moved, or was removed, has left its old place.
            if self._places.get(name) == last and name in self._rows:
                rows.append(self._rows[name])
            if len(rows) == self.page_size:
                return ListPage(tuple(rows), f"{self._generation}:{last!r}")
        return ListPage(tuple(rows), None)

    def _changed_since(self, since: datetime) -> ListPage:
        first = (since - START).total_seconds()
        recent = {change.address for change in self.changes if change.at >= first}
        return ListPage(tuple(self._rows[name] for name in sorted(recent) if name in self._rows), None)

    def _live(self) -> None:
        while self.changes_per_second and self._changed_until < self.clock.seconds:
            self._changed_until += self.chance.expovariate(self.changes_per_second)
            if self._changed_until < self.clock.seconds:
                self._change(self._changed_until)

    def _change(self, at: float) -> None:
        kind = self.chance.choice(("add", "move", "remove"))
        if kind == "add":
            name = f"n{len(self._names):07d}@example.com"
            self._names.append(name)
        else:
            name = self.chance.choice(self._names)
        if kind == "remove":
            if self._rows.pop(name, None) is not None:
                self.changes.append(Change(at, name, None))
            return
        stamp = format_timestamp(START + timedelta(seconds=at), "auto")
        row = SuppressedDestination(name, stamp, self.chance.choice(("BOUNCE", "COMPLAINT")))
        self._rows[name] = row
        self.changes.append(Change(at, name, row))
        self._places[name] = self.chance.random()
        if self._order:
            insort(self._order, (self._places[name], name))


class Exactness(NamedTuple):
    """How a snapshot compares with what its list was: addresses compared, undefined, and wrong."""

    compared: int
    undefined: int
    wrong: tuple[str, ...]


def compare(
    living: LivingList, rows: Iterator[SuppressedDestination], window: dict[str, float], end: float
) -> Exactness:
    """Compare a snapshot's rows with the list as of `exact_at`.

    Undefined is what ADR 49 says no unlocked reading can promise: what was removed since `began_at`, and what
    changed after `exact_at`.
    """
    snapshot = {row.email_address: row for row in rows}
    expected = living.state_at(window["exact_at"])
    undefined = {
        change.address
        for change in living.changes
        if change.at <= end
        and (change.at > window["exact_at"] or (change.row is None and change.at >= window["began_at"]))
    }
    compared = (snapshot.keys() | expected.keys()) - undefined
    wrong = tuple(sorted(name for name in compared if snapshot.get(name) != expected.get(name)))
    return Exactness(len(compared), len(undefined), wrong)


def dying(chance: random.Random, share: float) -> Callable[[], str]:
    """A draw for CrashingStore: so often, a write kills the function before or after it happened."""
    return lambda: chance.choice(("before", "after")) if chance.random() < share else ""
