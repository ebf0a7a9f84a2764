"""`ses-reputation accounts remove`: accounts are taken out, and nothing of their mail is lost."""

from collections.abc import Sequence
from pathlib import Path

from console.actions.registration.remove_accounts import remove_accounts
from console.actions.registration.samconfig import SamConfig
from console.commands.accounts.ledger import (
    AccountsArgument,
    ConfigOption,
    EnvironmentOption,
    LedgerStackOption,
    connect_ledger,
)
from console.local_aws.deployment import SAMCONFIG
from console.options import JsonOption
from console.reports.account_removal import describe_removed, print_removed
from console.reports.accounts import Registered
from console.stack.parameter_accounts import read_parameter_accounts
from console.terminal.screen import open_screen, print_json
from ses_reputation.accounts.registry import PartyRole
from ses_reputation.registration.store import path_of


def remove_owners(
    accounts: AccountsArgument,
    stack: LedgerStackOption = None,
    environment: EnvironmentOption = "default",
    config: ConfigOption = SAMCONFIG,
    json: JsonOption = False,
) -> None:
    """Take out accounts that own identities, and print what to run, in order.

    It changes samconfig.toml, and nothing in AWS.
    """
    _remove((PartyRole.OWNER, accounts), stack, environment, config, is_json=json)


def remove_delegates(
    accounts: AccountsArgument,
    stack: LedgerStackOption = None,
    environment: EnvironmentOption = "default",
    config: ConfigOption = SAMCONFIG,
    json: JsonOption = False,
) -> None:
    """Take out accounts that send with an owner's identities, and print what to run, in order.

    It changes samconfig.toml, and nothing in AWS.
    """
    _remove((PartyRole.DELEGATE, accounts), stack, environment, config, is_json=json)


def _remove(
    leaving: tuple[PartyRole, Sequence[str]],
    stack: str | None,
    environment: str,
    path: Path,
    *,
    is_json: bool,
) -> None:
    config = SamConfig(path)
    connection = connect_ledger(config, environment, stack)
    in_parameters = read_parameter_accounts(connection.clients, connection.stack)
    removal = remove_accounts(config, connection, environment, leaving, in_parameters)
    config.save()
    is_deployed = config.overrides(environment).items() <= connection.stack.parameters.items()
    where = path_of(connection.stack.name) if removal.parameters else ""
    registered = Registered(
        str(path), connection.stack.name, where, is_deployed, connection.region, connection.account_id
    )
    if is_json:
        print_json(describe_removed(removal, environment, registered))
    else:
        print_removed(open_screen(), removal, environment, registered)
