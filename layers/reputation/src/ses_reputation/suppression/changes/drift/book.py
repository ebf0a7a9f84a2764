"""Lists and the ledger's word on recipients side by side, on disk: what is compared may be millions of rows.

They meet by the recipient in the ledger's normal form, since sending ignores case. The database is a file of
SQLite's own, which is gone when it is closed (SQLite, "In-Memory Databases", on the empty name).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from types import TracebackType
from typing import Any, NamedTuple

from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.feedback.outcomes import (
    COMPLAINTS,
    DELAYED,
    HARD_BOUNCES,
    OUTCOMES,
    STOPPED_BY_A_LIST,
    TRANSIENT_BOUNCES,
    Outcome,
)
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.targets import Target

_ROWS_AT_ONCE = 50_000
# SES does not say how soon it adds an address: what is younger when a list is read may not be there yet.
SLOWEST_ADDITION = timedelta(hours=24)
_UNRATED_PROVIDERS = frozenset({"simulator", "own_domains"})
# What says something of the content, or of one message, and nothing of the recipient.
_OF_CONTENT = frozenset(
    {
        Outcome.BOUNCED_TRANSIENT_MESSAGE_TOO_LARGE,
        Outcome.BOUNCED_TRANSIENT_CONTENT_REJECTED,
        Outcome.BOUNCED_TRANSIENT_ATTACHMENT_REJECTED,
    }
)
HARD, COMPLAINED = "BOUNCE", "COMPLAINT"
SOFT, STOPPED, DELAY, DELIVERED = "soft", "stopped", "delay", "delivered"
"""Kinds of reports; the first two are the reasons with which SES puts a recipient on a list."""
_KINDS: Mapping[str, frozenset[Outcome]] = {
    HARD: HARD_BOUNCES,
    COMPLAINED: COMPLAINTS,
    SOFT: TRANSIENT_BOUNCES - _OF_CONTENT,
    STOPPED: STOPPED_BY_A_LIST,
    DELAY: DELAYED,
}
_KIND_OF = {outcome: kind for kind, outcomes in _KINDS.items() for outcome in outcomes}
# A file that SQLite makes and removes by itself (sqlite.org, "Temporary databases").
_TEMPORARY = ""
_TABLES = """
CREATE TABLE list (id INTEGER PRIMARY KEY, account TEXT, region TEXT, tenant TEXT, settled_at TEXT);
CREATE TABLE listed (recipient TEXT, list INTEGER, address TEXT, reason TEXT, updated_at TEXT,
    PRIMARY KEY (recipient, list, address)) WITHOUT ROWID;
CREATE TABLE sender (identity TEXT, account TEXT, region TEXT,
    PRIMARY KEY (identity, account, region)) WITHOUT ROWID;
CREATE TABLE removed (recipient TEXT, account TEXT, region TEXT, at TEXT,
    PRIMARY KEY (recipient, account, region, at)) WITHOUT ROWID;
CREATE TABLE reported (recipient TEXT, account TEXT, region TEXT, message_id TEXT, kind TEXT, outcome TEXT,
    identity TEXT, configuration_set TEXT, occurred_at TEXT, send_hour TEXT,
    PRIMARY KEY (recipient, account, region, message_id, kind, outcome)) WITHOUT ROWID;
"""


class Delivered(NamedTuple):
    """A message that is known to have reached a normalised recipient; `at` is aware UTC, or its send hour."""

    account: str
    region: str
    identity: str
    message_id: str
    recipient: str
    at: str
    send_hour: str


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list as a complete snapshot has it. read_at: when reading it began."""

    target: Target
    read_at: datetime


class DriftBook(AbstractContextManager["DriftBook"]):
    """What is compared. Fill it, then ask it (findings.py)."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(_TEMPORARY)
        self._database.executescript(_TABLES)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Take back what was added inside, where it ends with an error."""
        self._database.commit()
        with self._database:
            yield

    def add_list(self, read: ListRead, rows: Iterable[SuppressedDestination]) -> None:
        """Take the rows of a snapshot."""
        target, settled_at = read.target, read.read_at - SLOWEST_ADDITION
        added = self._database.execute(
            "INSERT INTO list (account, region, tenant, settled_at) VALUES (?, ?, ?, ?)",
            (target.account, target.region, target.tenant, time_key(settled_at.isoformat())),
        )
        number = added.lastrowid
        self._insert(
            "listed",
            5,
            (
                (normalise_address(address), number, address, reason, time_key(updated_at))
                for address, updated_at, reason in rows
            ),
        )

    def add_removals(self, account: str, region: str, at: datetime, addresses: Iterable[str]) -> None:
        """Take what somebody removed from lists of an account and Region at a time, on purpose."""
        key = time_key(at.isoformat())
        rows = ((normalise_address(address), account, region, key) for address in addresses)
        self._insert("removed", 4, rows)

    def add_senders(self, senders: Iterable[tuple[str, str, str]]) -> None:
        """Take who is known to send with which identity: account, Region, identity."""
        self._insert("sender", 3, ((identity, account, region) for account, region, identity in senders))

    def add_entries(self, entries: Iterable[Mapping[str, str]]) -> None:
        """Take entries and delays, as the ledger's readers give them; both feeds' of one fact count once.

        Mail to the mailbox simulator and to own domains is left out, as it is of rates.
        """
        self._insert("reported", 10, filter(None, map(_reported, entries)))

    def add_deliveries(self, deliveries: Iterable[Delivered]) -> None:
        """Take deliveries that are known by recipient."""
        self._insert(
            "reported",
            10,
            (
                (
                    each.recipient,
                    each.account,
                    each.region,
                    each.message_id,
                    DELIVERED,
                    "",
                    each.identity,
                    "",
                    time_key(each.at),
                    each.send_hour,
                )
                for each in deliveries
            ),
        )

    def ask(self, query: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        yield from self._database.execute(query, values)

    def _insert(self, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * columns)
        waiting = iter(rows)
        while together := list(islice(waiting, _ROWS_AT_ONCE)):
            # Table and places are ours; values are bound.
            self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", together)  # noqa: S608


def time_key(text: str) -> str:
    """Return a UTC time in ISO 8601 as text that sorts by time, whatever fraction it has: `...:58.25`."""
    plain = text.removesuffix("Z").removesuffix("+00:00")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _reported(entry: Mapping[str, str]) -> tuple[str, ...] | None:
    kind = _KIND_OF.get(OUTCOMES.get(entry["outcome"], Outcome.SENT))
    if kind is None or entry.get("provider") in _UNRATED_PROVIDERS:
        return None
    names = ("recipient", "sending_account", "region", "message_id")
    rest = (entry.get("identity", ""), entry.get("configuration_set", ""))
    times = (time_key(entry["occurred_at"]), entry["send_hour"])
    return (*(entry[name] for name in names), kind, entry["outcome"], *rest, *times)
