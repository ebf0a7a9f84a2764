"""The accounts that a stack has in Parameter Store besides those that its parameters list."""

from typing import TYPE_CHECKING

from ses_reputation.registration.store import AccountParameters, path_of

if TYPE_CHECKING:
    from console.local_aws.clients import Clients
    from console.local_aws.deployment import Stack


def account_parameters(clients: "Clients", stack_name: str) -> AccountParameters:
    """Return where accounts of a stack are registered, to write to."""
    return AccountParameters(clients.connect("ssm"), path_of(stack_name))


def read_parameter_accounts(clients: "Clients", stack: "Stack") -> dict[str, str]:
    """Return what Parameter Store says, by account; nothing where the stack has no organization.

    Raises UnavailableError.
    """
    if not stack.parameters.get("OrganizationId"):
        return {}
    return account_parameters(clients, stack.name).read()
