"""A person leaves the ledger's table, which is read through for it."""

from collections.abc import Callable

from ses_reputation.aws.dynamodb import ItemStore, Row
from ses_reputation.forgetting.erasure import Erasure
from ses_reputation.forgetting.ledger_rows import without_person
from ses_reputation.forgetting.person import Person
from ses_reputation.ledger.keys import DELAYS, MESSAGE

OnRead = Callable[[int], None]
"""Is given how many items were read so far."""


class PersonalItems(ItemStore):
    """What of the ledger's table names recipients. Raises UnavailableError where DynamoDB fails."""

    def erase(self, person: Person, erasure: Erasure, on_read: OnRead, *, applies: bool) -> None:
        """Read the whole table, and erase a person from it, or only count.

        Delays have no index, and a diagnosis may name whom a mailbox forwards to: so every item is looked at.
        DynamoDB bills a read unit for each 4 KB of the table (developer guide, "Read consistency").
        """
        read = 0
        for rows in self._items.scan(f"{MESSAGE}#", f"{DELAYS}#", ConsistentRead=True):
            for row in rows:
                new = without_person(row, person, erasure)
                if applies and new is not row:
                    self._replace(row, new)
            read += len(rows)
            on_read(read)

    def _replace(self, row: Row, new: Row | None) -> None:
        """Write the new item first: what is cut off in between is found again."""
        if new is not None:
            self._items.put(new)
        if new is None or new["sk"] != row["sk"]:
            self._items.delete(row["pk"]["S"], row["sk"]["S"])
