"""What became of an address in one list, from snapshot to snapshot."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from ses_reputation.suppression.changes.cause import ChangeCause
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.row_cause import find_cause
from ses_reputation.suppression.lookup.run_history import RunHistory, SnapshotRows
from ses_reputation.suppression.snapshot.manifest import Manifest

_SNAPSHOTS_AT_ONCE = 8


class ListingEventKind(StrEnum):
    """How a snapshot differs from the one before it. SES renews an entry by giving it a later time."""

    LISTED = "listed"
    REASON_CHANGED = "reason_changed"
    RENEWED = "renewed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ListingEvent:
    """What a snapshot says of one spelling that the one before it did not.

    `before` is None in the oldest snapshot that was read: when an entry that stands there came is not known.
    `row` is None where the spelling was removed, and `previous` where it was added. `cause` is None where
    nobody looked for it.
    """

    kind: ListingEventKind
    email_address: str
    manifest: Manifest
    before: Manifest | None
    row: SuppressedDestination | None
    previous: SuppressedDestination | None
    cause: ChangeCause | None = None


@dataclass(frozen=True, slots=True)
class AddressHistory:
    """The events of an address in a list, oldest first, and the snapshots that were read for them."""

    events: tuple[ListingEvent, ...]
    snapshots: tuple[Manifest, ...]


def trace_address(history: RunHistory, most_runs: int) -> AddressHistory:
    """Read the newest runs of a list, several at once, and say what changed between them."""
    places = range(max(0, len(history.run_ids) - most_runs), len(history.run_ids))
    with ThreadPoolExecutor(_SNAPSHOTS_AT_ONCE) as threads:
        found = [each for each in threads.map(history.read, places) if each is not None]
    events = [
        replace(event, cause=find_cause(history.store, event.manifest, event.email_address))
        for pair in pairwise([None, *found])
        for event in _compare(*pair)
    ]
    return AddressHistory(tuple(events), tuple(each.manifest for each in found))


def _compare(before: SnapshotRows | None, after: SnapshotRows | None) -> Iterator[ListingEvent]:
    if after is None:
        return
    rows, earlier = (before.rows, before.manifest) if before else ((), None)
    for spelling in dict.fromkeys(row.email_address for row in (*rows, *after.rows)):
        previous, row = before.row_of(spelling) if before else None, after.row_of(spelling)
        kind = _kind_of(previous, row)
        if kind is not None:
            yield ListingEvent(kind, spelling, after.manifest, earlier, row, previous)


def _kind_of(
    previous: SuppressedDestination | None, row: SuppressedDestination | None
) -> ListingEventKind | None:
    if previous is None:
        return ListingEventKind.LISTED
    if row is None:
        return ListingEventKind.REMOVED
    if row.reason != previous.reason:
        return ListingEventKind.REASON_CHANGED
    return ListingEventKind.RENEWED if row != previous else None
