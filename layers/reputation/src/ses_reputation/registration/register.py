"""Who is registered now: read from Parameter Store at first, and again when it may have changed."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from ses_reputation.aws.clients import READING_ACCOUNTS, connect
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.registration.store import AccountParameters, with_parameters

FRESH_SECONDS = 300
"""After so long it is read again: so long an account is still believed that is no longer registered."""
UNKNOWN_SECONDS = 60
"""So often at most it is read for the sake of accounts that it does not know: anybody can be one."""


class Accounts(Protocol):
    """Where accounts are registered."""

    def read(self) -> dict[str, str]:
        """Return what each account is. Raises UnavailableError."""


@dataclass(slots=True)
class AccountRegister:
    """Whom to believe. `listed`: who is registered in any case."""

    accounts: Accounts
    listed: Registry
    clock: Callable[[], float] = time.time
    _known: Registry | None = None
    _next_reading_at: float = field(default=0, init=False)
    _read_at: float = field(default=0, init=False)

    def registry_for(self, accounts: Collection[str]) -> Registry:
        """Return whom to believe, where messages of these accounts came.

        A failure leaves who was known, until the next minute. Raises UnavailableError where nobody is known
        yet: then none of the messages may be taken for a stranger's.
        """
        now = self.clock()
        if self._known is None:
            return self._read(now)
        is_strange = not all(map(self._known.knows, accounts))
        if now >= self._next_reading_at or (is_strange and now >= self._read_at + UNKNOWN_SECONDS):
            try:
                return self._read(now)
            except UnavailableError:
                self._read_at, self._next_reading_at = now, now + UNKNOWN_SECONDS
        return self._known

    def _read(self, now: float) -> Registry:
        self._known = with_parameters(self.listed, self.accounts.read())
        self._read_at, self._next_reading_at = now, now + FRESH_SECONDS
        return self._known


def open_register(listed: Registry, path: str) -> AccountRegister | None:
    """Return the register of a function whose accounts are below a path, too; None where there is no path."""
    if not path:
        return None
    return AccountRegister(AccountParameters(connect("ssm", config=READING_ACCOUNTS), path), listed)
