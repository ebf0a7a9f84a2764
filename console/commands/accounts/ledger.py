"""The ledger that `ses-reputation accounts` changes, and the options that say which it is."""

from pathlib import Path
from typing import Annotated

import typer

from console.actions.registration.samconfig import SamConfig
from console.errors import ConsoleError
from console.options import check_accounts
from console.stack.connection import Connection, connect

AccountsArgument = Annotated[
    list[str], typer.Argument(metavar="ACCOUNT...", callback=check_accounts, help="12-digit account ids.")
]
LedgerStackOption = Annotated[
    str | None, typer.Option("--stack", metavar="NAME", help="Default: the environment's stack.")
]
EnvironmentOption = Annotated[
    str, typer.Option("--environment", metavar="NAME", help="The ledger's environment in samconfig.toml.")
]
ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config",
        metavar="FILE",
        show_default=False,
        help="The samconfig.toml to read or change. Default: that of this project.",
    ),
]


def connect_ledger(config: SamConfig, environment: str, stack: str | None) -> Connection:
    """Find the stack of an environment, or the one that is named. Raises ConsoleError."""
    name = stack or config.value(environment, "global", "stack_name")
    if not name:
        known = ", ".join(config.environments)
        raise ConsoleError(f"{config.path} has no environment {environment}. It has: {known}.")
    return connect(name)
