"""Clients of the registered accounts: to read what is set up there, and to change suppression lists."""

from collections.abc import Callable
from typing import Any

from console.local_aws.clients import Clients, Credentials
from console.stack.connection import Connection
from console.stack.running_stack import read_current_stack
from ses_reputation.accounts.reach import AccountReach, CrossAccountRole


def reading_clients(connection: Connection, stack_name: str | None) -> Callable[[str, str, str], Any]:
    """Return what makes clients of an account by the stack's reading role: see `role_clients`."""
    role = connection.stack.parameters.get("ReadingRoleName", "") if stack_name else ""
    return role_clients(connection, stack_name, role, "ses-reputation-doctor")


def role_clients(
    connection: Connection, stack_name: str | None, role_name: str, session_name: str
) -> Callable[[str, str, str], Any]:
    """Return what makes clients of an account, for a service and a Region.

    Of the stack's own account by the caller's credentials, of others by a role there ("": by none). On this
    machine every account is open to everybody. session_name: what CloudTrail of the other account shows.
    """
    if stack_name:
        role = CrossAccountRole(role_name, connection.stack.parameters.get("ExternalId", ""))
        reach = AccountReach(connection.account_id, role, session_name, connection.clients.connect)
        return lambda account, service, region: reach.connect(service, account, region)
    current = read_current_stack()

    def connect(account: str, service: str, region: str) -> Any:
        credentials = Credentials.of_account(account)
        clients = Clients.at_endpoint(current.endpoint_url, region, credentials, current.ses_endpoint_url)
        return clients.connect(service, region_name=region)

    return connect
