"""Fakes for the suppression half: a store and a list in memory, and a store that crashes on request."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from ses_reputation.hours import format_timestamp
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_page import ListPage
from ses_reputation.suppression.store import SnapshotStore, StoredObject

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FunctionCrashError(Exception):
    """The function died in the middle of a call, as it does on a time-out."""


@dataclass(slots=True)
class MemoryStore:
    """A SnapshotStore in a dictionary; tests/contract holds it to what S3 does."""

    objects: dict[str, bytes] = field(default_factory=dict)
    superseded: set[str] = field(default_factory=set)

    def put(self, key: str, body: bytes) -> None:
        self.superseded.discard(key)
        self.objects[key] = body

    def put_if_absent(self, key: str, body: bytes) -> bool:
        if key in self.objects:
            return False
        self.objects[key] = body
        return True

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        if key not in self.objects or _digest(self.objects[key]) != version:
            return False
        self.objects[key] = body
        return True

    def fetch(self, key: str) -> StoredObject | None:
        body = self.objects.get(key)
        return None if body is None else StoredObject(body, _digest(body))

    def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
        if key not in self.objects:
            raise SnapshotCorruptError(f"{key} is missing.")
        body = self.objects[key]
        for at in range(start, len(body), window_bytes):
            yield body[at : at + window_bytes]

    def list_folders(self, prefix: str) -> Iterator[str]:
        inside = (key.removeprefix(prefix) for key in self.objects if key.startswith(prefix))
        yield from sorted({rest.split("/")[0] for rest in inside if "/" in rest})

    def list_keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.objects if key.startswith(prefix))

    def is_superseded(self, key: str) -> bool:
        return key not in self.objects or key in self.superseded

    def mark_superseded(self, key: str) -> None:
        if key in self.objects:
            self.superseded.add(key)


class CountedStore(MemoryStore):
    """Counts requests by the object's name, with the bytes they gave; a window of a stream is one."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, int]] = []

    def fetch(self, key: str) -> StoredObject | None:
        stored = MemoryStore.fetch(self, key)
        self.requests.append((key.rpartition("/")[2], len(stored.body) if stored else 0))
        return stored

    def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
        for window in MemoryStore.stream(self, key, window_bytes, start):
            self.requests.append((key.rpartition("/")[2], len(window)))
            yield window


@dataclass(slots=True)
class CrashingStore:
    """A store whose writes kill the function when `draw` says so: "before" or "after" the write happened."""

    store: SnapshotStore
    draw: Callable[[], str]

    def put(self, key: str, body: bytes) -> None:
        self._crash_around(lambda: self.store.put(key, body))

    def put_if_absent(self, key: str, body: bytes) -> bool:
        return bool(self._crash_around(lambda: self.store.put_if_absent(key, body)))

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        return bool(self._crash_around(lambda: self.store.put_if_unchanged(key, body, version)))

    def fetch(self, key: str) -> StoredObject | None:
        return self.store.fetch(key)

    def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
        return self.store.stream(key, window_bytes, start)

    def list_folders(self, prefix: str) -> Iterator[str]:
        return self.store.list_folders(prefix)

    def _crash_around(self, write: Callable[[], object]) -> object:
        moment = self.draw()
        if moment == "before":
            raise FunctionCrashError
        result = write()
        if moment == "after":
            raise FunctionCrashError
        return result


@dataclass(slots=True)
class ListInMemory:
    """A suppression list of fixed pages; `draw` gives the error of the next request, or None.

    Tokens are page numbers, and say nothing about which chain they belong to.
    """

    pages: Sequence[Sequence[SuppressedDestination]]
    draw: Callable[[str | None], Exception | None] = lambda _: None
    requests: list[str | None] = field(default_factory=list)
    settlings: list[datetime] = field(default_factory=list)

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        if since is not None:
            # Nothing changes while this list is read.
            self.settlings.append(since)
            return ListPage((), None)
        self.requests.append(next_token)
        error = self.draw(next_token)
        if error is not None:
            raise error
        number = int(next_token or 0)
        is_last = number + 1 >= len(self.pages)
        return ListPage(tuple(self.pages[number]), None if is_last else str(number + 1))


def suppress(address: str, reason: str = "BOUNCE", seconds: float = 0.0) -> SuppressedDestination:
    """A row that was updated so many seconds after noon."""
    return SuppressedDestination(address, format_timestamp(NOON + timedelta(seconds=seconds), "auto"), reason)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
