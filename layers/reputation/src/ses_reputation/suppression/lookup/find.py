"""Where an address is suppressed: each list's latest snapshot is asked, and SES never."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from ses_reputation.suppression.changes.cause import ChangeCause
from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.address_validation import AddressValidation, validation_of
from ses_reputation.suppression.lookup.newest_run import UnreadLists
from ses_reputation.suppression.lookup.row_cause import find_cause
from ses_reputation.suppression.lookup.run_history import ListedSince, RunHistory, SnapshotRows, open_history
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

_LISTS_AT_ONCE = 8


class ListAnswer(StrEnum):
    """What a list's latest snapshot says of an address. UNKNOWN: no snapshot says anything; not "no"."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A spelling that is listed, and since when snapshots have it; None where older ones cannot be read.

    is_acted_on: whether the account suppresses for its reason; None where that was not read. Configuration
    sets may override it. cause: why it came, where that was found out.
    """

    row: SuppressedDestination
    since: ListedSince | None
    is_acted_on: bool | None
    cause: ChangeCause | None = None


@dataclass(frozen=True, slots=True)
class AddressInList:
    """What is known of an address in one list.

    manifest: the latest snapshot, and validation: what it says of address validation, unless the answer is
    UNKNOWN. problem: why it is, and why the newest run could not read the list, if so.
    """

    target: Target
    answer: ListAnswer
    found: tuple[FoundRow, ...] = ()
    manifest: Manifest | None = None
    validation: AddressValidation | None = None
    problem: str = ""


def find_address(
    store: SnapshotStore, targets: Iterable[Target], address: str, unread: UnreadLists | None = None
) -> list[AddressInList]:
    """Look for all spellings of an address in the latest snapshot of each list, several lists at once.

    A list without a complete snapshot, or whose latest cannot be read, is unknown. The history is looked at
    only where the address is listed.
    """
    with ThreadPoolExecutor(_LISTS_AT_ONCE) as threads:
        answers = list(threads.map(partial(_look_into, store, address), targets))
    return [_add_problem(each, unread.why(each.target)) for each in answers] if unread else answers


def _look_into(store: SnapshotStore, address: str, target: Target) -> AddressInList:
    try:
        manifest = load_manifest(store, target)
        history = open_history(store, target, address)
        latest = history.read_snapshot(manifest)
    except (SnapshotMissingError, SnapshotCorruptError) as error:
        return AddressInList(target, ListAnswer.UNKNOWN, problem=str(error))
    return AddressInList(
        target,
        ListAnswer.LISTED if latest.rows else ListAnswer.NOT_LISTED,
        tuple(_describe_row(history, latest, row) for row in latest.rows),
        manifest,
        validation_of(manifest.settings),
    )


def _add_problem(answer: AddressInList, why: str) -> AddressInList:
    return replace(answer, problem=" ".join(filter(None, (answer.problem, why))))


def _describe_row(history: RunHistory, latest: SnapshotRows, row: SuppressedDestination) -> FoundRow:
    since = history.listed_since(latest.place, row)
    came = since and since.before and since.first
    cause = find_cause(history.store, came, row.email_address) if came else None
    return FoundRow(row, since, _is_acted_on(latest.manifest.settings, row.reason), cause)


def _is_acted_on(settings: Mapping[str, Any] | None, reason: str) -> bool | None:
    """Return whether an account suppresses for a reason, by GetAccount's SuppressionAttributes."""
    account = (settings or {}).get("account")
    return None if account is None else reason in account.get("SuppressedReasons", [])
