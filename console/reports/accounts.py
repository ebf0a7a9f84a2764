"""Registered accounts: what to run for those just added, and how all of them stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rich.console import Console

from console.actions.registration.register_accounts import AccountEnvironment
from console.terminal.screen import print_heading, print_indented, print_line
from console.terminal.tables import make_table
from ses_reputation.accounts.registry import ConnectionState, PartyStatus
from ses_reputation.shell_words import shell_option, shell_word

_STATES = {
    ConnectionState.CONNECTED: "connected",
    ConnectionState.SILENT: "silent",
    ConnectionState.WAITING: "no feedback yet",
    ConnectionState.NOT_CONFIRMED: "not confirmed",
    ConnectionState.NOT_CONNECTED: "not connected",
    ConnectionState.UNKNOWN: "unknown",
}

_NONE: Mapping[str, str] = MappingProxyType({})
_MEANINGS = {
    ConnectionState.CONNECTED: "the ledger's queue has a confirmed subscription of a topic there, and "
    "feedback came on mail of the last two days.",
    ConnectionState.SILENT: "there is such a subscription, and no feedback on mail of the last two days.",
    ConnectionState.WAITING: "there is such a subscription, and no feedback in the last 30 days.",
    ConnectionState.NOT_CONFIRMED: "the ledger's queue is subscribed to a topic there, but has not confirmed "
    "it.",
    ConnectionState.NOT_CONNECTED: "the ledger's queue is subscribed to no topic there.",
    ConnectionState.UNKNOWN: "subscriptions could not be read, and no feedback came in the last two days.",
}


@dataclass(frozen=True, slots=True)
class Registered:
    """Where accounts are registered: in a samconfig.toml, with a stack, and below a path of Parameter Store.

    region and account: the ledger's. is_deployed: whether the ledger's stack has all that samconfig.toml has
    for it.
    """

    file: str
    stack_name: str
    path: str = ""
    is_deployed: bool = False
    region: str = ""
    account: str = ""


def print_added(
    screen: Console, added: Sequence[AccountEnvironment], ledger: str, registered: Registered
) -> None:
    """Print what to run next: the ledger's update, and each account's stack, from here or from there."""
    where = f"{registered.path} in Parameter Store" if registered.path else "samconfig.toml"
    print_line(screen, f"{where} registers {', '.join(each.party.account for each in added)}.")
    if registered.is_deployed:
        print_heading(screen, "Next, here", "The ledger lets their feedback in; each account gets its stack.")
    else:
        print_heading(
            screen, "Next, here", "The ledger lets their feedback in; then each account gets its stack."
        )
        print_line(screen, deploy_command(ledger))
    for each in added:
        print_line(screen, connect_command(each))
    print_heading(screen, "Or there", "Whoever has the account runs two commands in a copy of this project.")
    for each in added:
        print_line(screen, f"# {each.party.role} {each.party.account}")
        for command in commands_of(each):
            print_line(screen, command)


def describe_added(
    added: Sequence[AccountEnvironment], ledger: str, registered: Registered
) -> dict[str, Any]:
    """Return what was registered as `--json` prints it, and what to run next."""
    accounts = [
        {
            **describe_environment(each),
            "identities": list(each.party.identities),
            "connect": connect_command(each),
            "or_there": list(commands_of(each)),
        }
        for each in added
    ]
    return {
        "config": registered.file,
        "parameters": registered.path or None,
        "deploy": None if registered.is_deployed else deploy_command(ledger),
        "accounts": accounts,
    }


def describe_environment(each: AccountEnvironment) -> dict[str, Any]:
    """Return an account's stack as `--json` prints it, its environment null where there is none."""
    return {
        "role": str(each.party.role),
        "account": each.party.account,
        "region": each.party.region,
        "environment": each.name or None,
        "stack_name": each.stack_name,
    }


def deploy_command(ledger: str) -> str:
    """Return the command that deploys the ledger of an environment."""
    return "make deploy" + ("" if ledger == "default" else f" ENVIRONMENT={shell_word(ledger)}")


def connect_command(each: AccountEnvironment) -> str:
    """Return the command that deploys an account's stack from here."""
    return f"make connect ENVIRONMENT={shell_word(each.name)} PROFILE={profile_of(each.party.account)}"


def profile_of(account: str) -> str:
    """Return what stands for an account's profile in commands: nobody here knows what it is called."""
    return f"profile-of-{account}"


def commands_of(each: AccountEnvironment) -> tuple[str, str]:
    """Return the two commands that deploy an account's stack without this samconfig.toml."""
    source, build = f"accounts/{each.template}.yaml", f".aws-sam/{each.name}"
    values = [f"{name}={shell_word(value)}" for name, value in each.overrides.items()]
    options = (
        shell_option("--template-file", f"{build}/template.yaml"),
        shell_option("--stack-name", each.stack_name),
        shell_option("--region", each.party.region),
        "--capabilities CAPABILITY_NAMED_IAM --resolve-s3",
    )
    return (
        f"sam build {shell_option('--template-file', source)} {shell_option('--build-dir', build)}",
        " ".join(("sam deploy", *options, "--parameter-overrides", *values)),
    )


def print_accounts(
    screen: Console, found: Sequence[PartyStatus], unusable: Mapping[str, str] = _NONE
) -> None:
    """Print how each registered account stands. unusable: what parameters say that register nobody."""
    table = make_table("account", "role", "Region", "identities", "feedback", "last reported", numbers_from=6)
    for each in found:
        party = each.party
        last = each.last_reported or "-"
        names = ", ".join(party.identities) or "-"
        table.add_row(party.account, party.role, party.region, names, _STATES[each.state], last)
    screen.print(table)
    screen.print()
    for state in (state for state in _MEANINGS if any(each.state is state for each in found)):
        print_indented(screen, f"{_STATES[state].capitalize()}: {_MEANINGS[state]}", 0)
    for each in found:
        if each.reason:
            where = f"{each.party.account} in {each.party.region}"
            print_indented(screen, f"The subscriptions of {where} could not be read: {each.reason}.", 0)
    for account, value in unusable.items():
        text = f"Parameter Store says {value} of {account}: it takes owner, delegate, or both."
        print_indented(screen, f"{text} So nobody is registered by it.", 0)
    if any(each.state is not ConnectionState.CONNECTED for each in found):
        text = "Feedback comes with mail. Where there was some, `ses-reputation doctor` says what is broken."
        print_indented(screen, text, 0)
