"""What people did to a list between two snapshots, as far as it was recorded, in the order of rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import itemgetter

from ses_reputation.suppression.changes.cause import CauseEvidence, CauseKind, ChangeCause
from ses_reputation.suppression.changes.ledger_causes import CLOCK_SKEW
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import order_of
from ses_reputation.suppression.restore.action_store import stream_changes
from ses_reputation.suppression.restore.actions import (
    CHANGES_PER_PART,
    ListChange,
    Operation,
    SuppressionAction,
)
from ses_reputation.suppression.store import SnapshotStore

# Each action takes the memory of one of its parts: some 25 MB of changes where it is full.
MOST_CHANGES_HELD = 400_000

_Recorded = tuple[str, SuppressionAction, ListChange]
"""The key of a row, who changed it, and how."""


@dataclass(slots=True)
class RecordedActions:
    """Says which recorded action made a change. Changes are asked about in the order of rows.

    `is_whole`: all that was recorded can be read; else a change that no action explains may have one.
    """

    is_whole: bool = True
    _records: Iterator[_Recorded] = field(default_factory=lambda: iter(()))
    _next: _Recorded | None = None

    @classmethod
    def between(cls, store: SnapshotStore, actions: Iterable[SuppressionAction]) -> "RecordedActions":
        """Open the newest actions, as many as memory holds parts of."""
        newest = sorted(actions, key=lambda action: action.at, reverse=True)
        opened = _within_memory(newest)
        recorded = cls(len(opened) == len(newest))
        streams = [recorded._read(store, action) for action in reversed(opened)]
        recorded._records = merge(*streams, key=itemgetter(0))
        return recorded

    def find(self, change: RowChange) -> ChangeCause | None:
        """Return the last action that made a change, or None."""
        key = order_of(change.email_address)
        found = None
        for action, made in self._records_of(key):
            if _made(action, made, change):
                found = action
        return _cause_of(found) if found else None

    def _records_of(self, key: str) -> list[tuple[SuppressionAction, ListChange]]:
        of_key = []
        while (record := self._next or next(self._records, None)) and record[0] <= key:
            self._next = None
            if record[0] == key:
                of_key.append(record[1:])
        self._next = record
        return of_key

    def _read(self, store: SnapshotStore, action: SuppressionAction) -> Iterator[_Recorded]:
        """Yield an action's changes in the order of rows; what of them expired is not read."""
        changes, last_key = stream_changes(store, action), ""
        try:
            while part := list(islice(changes, CHANGES_PER_PART)):
                keyed = sorted(((order_of(made.email_address), made) for made in part), key=itemgetter(0))
                if keyed[0][0] < last_key:
                    raise SnapshotCorruptError("The parts of an action are not in order.")
                last_key = keyed[-1][0]
                yield from ((key, action, made) for key, made in keyed)
        except SnapshotCorruptError:
            self.is_whole = False


def _within_memory(newest: Sequence[SuppressionAction]) -> list[SuppressionAction]:
    opened, held = list[SuppressionAction](), 0
    for action in newest:
        held += min(CHANGES_PER_PART, action.puts + action.deletes)
        if held > MOST_CHANGES_HELD:
            break
        opened.append(action)
    return opened


def _made(action: SuppressionAction, made: ListChange, change: RowChange) -> bool:
    if change.kind is ChangeKind.REMOVED:
        return made.operation is Operation.DELETE
    return (made.operation, made.reason) == (Operation.PUT, change.reason) and _was_then(action, change)


def _was_then(action: SuppressionAction, change: RowChange) -> bool:
    """Return whether a row was written while an action went on: it may have bounced again since."""
    updated_at = datetime.fromisoformat(change.last_update_time)
    # One without an end was cut off, or goes on.
    is_before_end = action.finished_at is None or updated_at <= action.finished_at + CLOCK_SKEW
    return action.at - CLOCK_SKEW <= updated_at and is_before_end


def _cause_of(action: SuppressionAction) -> ChangeCause:
    return ChangeCause(
        CauseKind.ACTION,
        CauseEvidence.RECORD,
        occurred_at=action.at.isoformat(),
        action=action.id,
        action_kind=action.kind,
        who=action.who,
        why=action.why,
    )
