"""Where actions are kept: the records in the ledger's table, what changed in the bucket."""

import gzip
from collections.abc import Iterator, Sequence
from datetime import datetime
from json.encoder import encode_basestring_ascii as quote

from ses_reputation.aws.dynamodb import ItemStore
from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.forgotten import address_in, name_address
from ses_reputation.suppression.restore.action_rows import (
    action_of_row,
    action_partition,
    action_sort_key,
    row_of_action,
)
from ses_reputation.suppression.restore.actions import ListChange, Operation, SuppressionAction, split_parts
from ses_reputation.suppression.snapshot.parts import UNREADABLE, corrupt_part, pack_lines, split_lines
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target


class ActionTable(ItemStore):
    """Actions in the ledger's table.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read.
    """

    def save(self, action: SuppressionAction) -> None:
        """Write an action in place of what was known of it."""
        self._items.put(row_of_action(action))

    def actions_of(self, target: Target, first: datetime, last: datetime) -> Iterator[SuppressionAction]:
        """Yield the actions on a list that began from `first` to `last`, oldest first."""
        partition = action_partition(target.account, target.region)
        rows = self._items.between(partition, action_sort_key(first), action_sort_key(last))
        return (action for action in map(action_of_row, rows) if action.target == target)


def store_changes(store: SnapshotStore, action: SuppressionAction, changes: Sequence[ListChange]) -> None:
    """Write down what an action is about to change, in the order given."""
    for key, part in zip(action.part_keys, split_parts(changes), strict=True):
        store.put(key, pack_lines([encode_change(change) for change in part]).body)


def stream_changes(store: SnapshotStore, action: SuppressionAction) -> Iterator[ListChange]:
    """Yield what an action was to change, in the order of addresses, holding one part at a time.

    Raises SnapshotCorruptError where a part is missing (it expires with the snapshots), or is not whole.
    """
    for key in action.part_keys:
        stored = store.fetch(key)
        if stored is None:
            raise SnapshotCorruptError(f"{key} is missing: the changes of that action have expired.")
        try:
            changes = [_decode_change(line) for line in split_lines(gzip.decompress(stored.body))]
        except (*UNREADABLE, gzip.BadGzipFile) as error:
            raise corrupt_part(key, error) from None
        yield from changes


def encode_change(change: ListChange) -> str:
    """Return a change as a line of NDJSON, in ASCII."""
    named, operation, reason = change
    name, address = name_address(named)
    return f'{{"{name}":{quote(address)},"Operation":"{operation}","Reason":{quote(reason)}}}'


def _decode_change(line: str) -> ListChange:
    fields = parse_json(line)
    return ListChange(address_in(fields), Operation(fields["Operation"]), fields["Reason"])
