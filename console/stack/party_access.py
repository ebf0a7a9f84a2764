"""The credentials of each party: one AWS profile an account, and never a role of the ledger's."""

from dataclasses import dataclass
from typing import Any

import boto3

from console.errors import NotFoundError, WrongAccountError
from console.local_aws.clients import Clients
from console.stack.caller import Caller, identify_caller
from console.stack.connection import Connection


@dataclass(frozen=True, slots=True)
class PartyAccess:
    """Clients of one account, made with a profile of it, or with the operator's own credentials ("")."""

    profile: str
    caller: Caller
    clients: Clients

    @property
    def account(self) -> str:
        """The account of the credentials."""
        return self.caller.account

    def connect(self, service: str, region: str) -> Any:
        """A client of this account in a Region."""
        return self.clients.connect(service, region_name=region)


def open_party(connection: Connection, profile: str, account: str = "") -> PartyAccess:
    """Open a profile, which must be of the given account, if any; it must be registered in the stack.

    Raises WrongAccountError where the profile is of another, NotFoundError where the stack does not know it.
    """
    clients = connection.clients
    if profile:
        clients = Clients(boto3.Session(profile_name=profile, region_name=connection.region), None)
    caller = identify_caller(clients.sts)
    if account not in {"", caller.account}:
        raise WrongAccountError(
            f"The profile {profile} is of the account {caller.account}, not of {account}: name that one's."
        )
    _check_registered(connection, caller.account)
    return PartyAccess(profile, caller, clients)


def _check_registered(connection: Connection, account: str) -> None:
    registered = connection.registered_accounts
    if account not in registered:
        raise NotFoundError(
            f"The stack {connection.stack.name} takes no feedback from the account {account}: it knows "
            f"{', '.join(registered)}. Register it (`ses-reputation accounts add`), and deploy."
        )
