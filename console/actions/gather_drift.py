"""Filling the book that drift is looked for in: latest snapshots, senders, the ledger's entries, removals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from console.stack.connection import Connection
from ses_reputation.hours import days_between, parse_timestamp
from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.deliveries import JournalSearch, search_journal
from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.forgotten import is_hidden
from ses_reputation.suppression.restore.action_store import ActionTable, stream_changes
from ses_reputation.suppression.restore.actions import Operation
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import list_targets, load_manifest, stream_rows
from ses_reputation.suppression.targets import Target

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class GatheredDrift:
    """What the book was filled with.

    snapshots: of each list that was read. unknown: lists, and places that send, without a readable complete
    snapshot, each with why. lost_actions: recorded actions whose addresses have expired.
    """

    snapshots: Mapping[Target, Manifest]
    unknown: Mapping[Target, str]
    since: datetime
    lost_actions: int
    journal: JournalSearch


def gather_drift(
    connection: Connection, book: DriftBook, now: datetime, days: int, journal_hours: int, tell: Tell
) -> GatheredDrift:
    """Fill the book from the latest snapshots, and from what the ledger knows of the last days.

    journal_hours: how many account-hours of the journal may be read. tell: is given what is under way.
    """
    since, forgotten = now - timedelta(days=days), connection.forgotten.read()
    snapshots, unknown = _read_lists(connection, book, tell)
    senders = connection.assessments.senders()
    book.add_senders((sender.account, sender.region, sender.identity) for sender in senders)
    places = sorted({sender[:2] for sender in senders} | {(each.account, each.region) for each in snapshots})
    for place in places:
        if Target(*place) not in snapshots:
            unknown.setdefault(Target(*place), "no complete snapshot")
    tell("entries of the ledger")
    # Of people who were forgotten no list can be compared: nothing is proposed for them.
    reported = chain(_entries(connection, since), _delays(connection, places, since, now))
    book.add_entries(entry for entry in reported if not forgotten.knows(entry["recipient"]))
    lost = _read_removals(connection, book, snapshots, since, now)
    tell("the journal")
    journal = search_journal(book, connection.balances, journal_hours)
    book.add_deliveries(journal.deliveries)
    return GatheredDrift(snapshots, unknown, since, lost, journal)


def _read_lists(
    connection: Connection, book: DriftBook, tell: Tell
) -> tuple[dict[Target, Manifest], dict[Target, str]]:
    """Read each list's latest snapshot; one that is damaged is unknown, and not read in part."""
    store, snapshots, unknown = connection.snapshots, dict[Target, Manifest](), dict[Target, str]()
    for target in list_targets(store):
        tell(target.name)
        try:
            manifest = load_manifest(store, target)
            with book.all_or_nothing():
                rows = (row for row in stream_rows(store, manifest) if not is_hidden(row.email_address))
                book.add_list(ListRead(target, manifest.started_at), rows)
            snapshots[target] = manifest
        except SnapshotMissingError:
            unknown[target] = "no complete snapshot"
        except SnapshotCorruptError as error:
            unknown[target] = str(error)
    return snapshots, unknown


def _entries(connection: Connection, since: datetime) -> Iterator[dict[str, str]]:
    """Read all entries of the table, and yield those of what occurred since a time."""
    for page in connection.entries.all_entries():
        yield from (entry for entry in page if parse_timestamp(entry["occurred_at"]) >= since)


def _delays(
    connection: Connection, places: list[tuple[str, str]], since: datetime, now: datetime
) -> Iterator[dict[str, str]]:
    for account, region in places:
        for day in days_between(since, now):
            yield from connection.entries.delays_of_account(account, region, day)


def _read_removals(
    connection: Connection, book: DriftBook, snapshots: Mapping[Target, Any], since: datetime, now: datetime
) -> int:
    """Read who was removed on purpose; return how many actions have lost their addresses."""
    actions, lost = ActionTable(connection.clients.dynamodb, connection.output("LedgerTableName")), 0
    for target in snapshots:
        for action in actions.actions_of(target, since, now):
            if action.deletes:
                changes = stream_changes(connection.snapshots, action)
                try:
                    removed = [each.email_address for each in changes if each.operation is Operation.DELETE]
                except SnapshotCorruptError:
                    lost += 1
                    continue
                book.add_removals(target.account, target.region, action.at, removed)
    return lost
