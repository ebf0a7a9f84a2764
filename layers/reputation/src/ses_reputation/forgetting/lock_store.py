"""The lock of forgetting, an item in the ledger's table."""

from datetime import datetime, timedelta

from ses_reputation.aws.lease_store import LeaseTable

PARTITION = "FORGETTING"
"""Not that of the hashes, all of whose items are hashes but one."""


class LockTable(LeaseTable):
    """The lock in the ledger's table; renewing is due each minute."""

    KEY = PARTITION, "LOCK"
    LEASE = timedelta(hours=1)

    def take(self, holder: str, by: str, now: datetime) -> bool:
        """Take the lock, unless another holds it; return whether it was taken. by: as others read it."""
        return self._take(holder, now, held_by=by)

    def holder(self) -> tuple[str, str]:
        """Return who took the lock last, and when, in ISO 8601; "?" where nobody ever did."""
        found = self._items.get(*self.KEY)
        return (found["held_by"]["S"], found["held_since"]["S"]) if found else ("?", "?")
