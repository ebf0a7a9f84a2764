"""Clients of the registered accounts, to read what is set up there."""

from collections.abc import Callable
from typing import Any

from console.local_aws.clients import Clients, Credentials
from console.stack.connection import Connection
from console.stack.running_stack import read_current_stack
from ses_reputation.accounts.reach import AccountReach, CrossAccountRole

_SESSION_NAME = "ses-reputation-doctor"


def reading_clients(connection: Connection, stack_name: str | None) -> Callable[[str, str, str], Any]:
    """Return what makes clients of an account, for a service and a Region.

    Of the stack's own account by the caller's credentials, of others by the reading role. On this machine
    every account is open to everybody.
    """
    if stack_name:
        given = connection.stack.parameters
        role = CrossAccountRole(given.get("ReadingRoleName", ""), given.get("ExternalId", ""))
        reach = AccountReach(connection.account_id, role, _SESSION_NAME, connection.clients.connect)
        return lambda account, service, region: reach.connect(service, account, region)
    current = read_current_stack()

    def connect(account: str, service: str, region: str) -> Any:
        credentials = Credentials.of_account(account)
        clients = Clients.at_endpoint(current.endpoint_url, region, credentials, current.ses_endpoint_url)
        return clients.connect(service, region_name=region)

    return connect
