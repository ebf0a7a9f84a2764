"""Only one person is forgotten at a time: two who rewrite the same snapshot would lose it.

One would describe parts in its manifest that the other has deleted already.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ses_reputation.errors import SesReputationError
from ses_reputation.forgetting.lock_store import LockTable

_RENEWED_EVERY = timedelta(minutes=1)


class ForgettingHeldError(SesReputationError):
    """Somebody else is forgetting a person; says who, and since when."""


@dataclass(slots=True)
class HeldLock:
    """The lock, while its holder works."""

    table: LockTable
    now: Callable[[], datetime]
    holder: str
    renewed_at: datetime

    def renew(self) -> None:
        """Say that its holder still works; asked often, and said once a minute.

        Raises ForgettingHeldError where somebody took over, and UnavailableError.
        """
        now = self.now()
        if now - self.renewed_at < _RENEWED_EVERY:
            return
        if not self.table.renew(self.holder, now):
            raise _refusal(self.table)
        self.renewed_at = now


@dataclass(slots=True)
class ForgettingLock:
    """A context in which nobody else forgets anybody. by: who it is, as others read it."""

    table: LockTable
    by: str
    now: Callable[[], datetime]
    _holder: str = field(default_factory=lambda: secrets.token_hex(8))

    def __enter__(self) -> HeldLock:
        """Take it. Raises ForgettingHeldError, and UnavailableError."""
        now = self.now()
        if not self.table.take(self._holder, self.by, now):
            raise _refusal(self.table)
        return HeldLock(self.table, self.now, self._holder, now)

    def __exit__(self, *_: object) -> None:
        """Let the next one take it at once, however this one ended."""
        self.table.release(self._holder)


def _refusal(table: LockTable) -> ForgettingHeldError:
    """Return what to say to whoever cannot have the lock."""
    who, since = table.holder()
    return ForgettingHeldError(
        f"{who} is forgetting somebody since {since}. Run this again when that has ended; if it was cut off, "
        f"{LockTable.LEASE // timedelta(minutes=1)} minutes later."
    )
