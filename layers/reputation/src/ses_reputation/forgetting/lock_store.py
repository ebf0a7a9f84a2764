"""The lock of forgetting, an item in the ledger's table."""

from datetime import datetime, timedelta

from ses_reputation.aws.dynamodb import ItemStore, Row, time_value

PARTITION = "FORGETTING"
"""Not that of the hashes, all of whose items are hashes but one."""
LEASE = timedelta(hours=1)
"""Who has not renewed the lock for so long was cut off: renewing is due each minute."""
_KEY = PARTITION, "LOCK"


class LockTable(ItemStore):
    """The lock in the ledger's table. Raises UnavailableError where DynamoDB fails."""

    def take(self, holder: str, by: str, now: datetime) -> bool:
        """Take the lock, unless another holds it; return whether it was taken."""
        values = {
            ":holder": {"S": holder},
            ":who": {"S": by},
            ":now": time_value(now),
            ":over": time_value(now - LEASE),
        }
        change = "SET holder = :holder, held_by = :who, held_since = :now, renewed_at = :now"
        free = "attribute_not_exists(renewed_at) OR renewed_at < :over"
        return self._items.update(_KEY, change, free, values) is not None

    def renew(self, holder: str, now: datetime) -> bool:
        """Renew the lock; return whether the holder has it still."""
        values: Row = {":holder": {"S": holder}, ":now": time_value(now)}
        return self._items.update(_KEY, "SET renewed_at = :now", "holder = :holder", values) is not None

    def release(self, holder: str) -> None:
        """Let go of the lock, if the holder has it."""
        self._items.update(_KEY, "REMOVE renewed_at", "holder = :holder", {":holder": {"S": holder}})

    def holder(self) -> tuple[str, str]:
        """Return who took the lock last, and when, in ISO 8601; "?" where nobody ever did."""
        found = next(self._items.partition(PARTITION, ConsistentRead=True), None)
        return (found["held_by"]["S"], found["held_since"]["S"]) if found else ("?", "?")
