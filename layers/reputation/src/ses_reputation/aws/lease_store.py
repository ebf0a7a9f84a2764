"""A lease: an item that says who may do a piece of work alone, until they end or are cut off."""

from datetime import datetime, timedelta
from typing import ClassVar

from ses_reputation.aws.dynamodb import ItemStore, Row, time_value

_NOTHING: Row = {}


class LeaseTable(ItemStore):
    """A lease in the ledger's table. Every method raises UnavailableError where DynamoDB fails.

    KEY: of its item. LEASE: who has not renewed it for so long was cut off.
    """

    KEY: ClassVar[tuple[str, str]]
    LEASE: ClassVar[timedelta]

    def renew(self, holder: str, now: datetime) -> bool:
        """Renew the lease; return whether the holder has it still."""
        return self._change("SET renewed_at = :now", "holder = :holder", holder, _at(now))

    def release(self, holder: str) -> None:
        """Let go of the lease, if the holder has it."""
        self._change("REMOVE renewed_at", "holder = :holder", holder)

    def _take(self, holder: str, now: datetime, **noted: str) -> bool:
        """Take the lease, unless another has it; return whether it was taken. noted: beside the holder."""
        also = "".join(f", {name} = :{name}" for name in noted)
        change = f"SET holder = :holder, held_since = :now, renewed_at = :now{also}"
        free = "attribute_not_exists(renewed_at) OR renewed_at < :over OR holder = :holder"
        values = _at(now) | {f":{name}": {"S": value} for name, value in noted.items()}
        values[":over"] = time_value(now - self.LEASE)
        return self._change(change, free, holder, values)

    def _change(self, change: str, condition: str, holder: str, values: Row = _NOTHING) -> bool:
        """Change the item; return False where the condition does not hold."""
        named = {":holder": {"S": holder}, **values}
        return self._items.update(self.KEY, change, condition, named) is not None


def _at(now: datetime) -> dict[str, Row]:
    return {":now": time_value(now)}
