"""Clients of the registered accounts, to read what is set up there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from console.local_aws.clients import Clients, Credentials
from console.stack.connection import Connection
from console.stack.running_stack import read_current_stack
from ses_reputation.aws.clients import assume_role
from ses_reputation.errors import UnavailableError

_SESSION_NAME = "ses-reputation-doctor"


@dataclass(slots=True)
class ReadingClients:
    """Clients of the stack's own account by the caller's credentials, and of others by the reading role.

    home: makes clients of the stack's account. role: the name of the role, "" where there is none.
    """

    home: Callable[..., Any]
    account: str
    role: str
    _credentials: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def connect(self, account: str, service: str, region: str) -> Any:
        """Return a client. Raises UnavailableError where the role cannot be assumed, or there is none."""
        if account == self.account:
            return self.home(service, region_name=region)
        return self.home(service, region_name=region, **self._borrow(account, region))

    def _borrow(self, account: str, region: str) -> Mapping[str, str]:
        if not self.role:
            raise UnavailableError("ReadingRoleName is empty: set that parameter of the stack")
        with self._lock:
            if account not in self._credentials:
                role = (account, self.role)
                self._credentials[account] = assume_role(self.home, role, region, _SESSION_NAME)
            return self._credentials[account]


def reading_clients(connection: Connection, stack_name: str | None) -> Callable[[str, str, str], Any]:
    """Return what makes clients of an account, for a service and a Region.

    On this machine every account is open to everybody.
    """
    if stack_name:
        role = connection.stack.parameters.get("ReadingRoleName", "")
        return ReadingClients(connection.clients.connect, connection.account_id, role).connect
    current = read_current_stack()

    def connect(account: str, service: str, region: str) -> Any:
        credentials = Credentials.of_account(account)
        clients = Clients.at_endpoint(current.endpoint_url, region, credentials, current.ses_endpoint_url)
        return clients.connect(service, region_name=region)

    return connect
