"""Accounts are registered in Parameter Store, where their ledger has an organization."""

from collections.abc import Iterable

from console.actions.registration.register_accounts import Registration
from console.actions.registration.samconfig import Overrides
from console.stack.connection import Connection
from console.stack.parameter_accounts import account_parameters
from ses_reputation.registration.store import path_of, roles_in


def put_accounts(connection: Connection, overrides: Overrides, wanted: Iterable[Registration]) -> str:
    """Register accounts besides the roles that they have; return where, or "" where lists are used.

    overrides: of the ledger's environment, which may have an organization before the stack has. To put an
    account twice changes nothing. Raises UnavailableError.
    """
    name = connection.stack.name
    if not {**connection.stack.parameters, **overrides}.get("OrganizationId"):
        return ""
    parameters = account_parameters(connection.clients, name)
    before = {account: roles_in(value) for account, value in parameters.read().items()}
    after = dict(before)
    for each in wanted:
        for account in each.accounts:
            if account != connection.account_id:
                after[account] = after.get(account, frozenset()) | {str(each.role)}
    for account, roles in after.items():
        if roles != before.get(account):
            parameters.put(account, roles)
    return path_of(name)
