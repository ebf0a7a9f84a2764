"""Options that several commands share, and how arguments are checked."""

import re
from typing import Annotated

import typer

from ses_reputation.environment import is_account
from ses_reputation.feedback.addresses import domain_label

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2})?")


def check_account(account: str | None) -> str | None:
    """Return an account id. Raises BadParameter where it is none."""
    if account is not None and not is_account(account):
        raise typer.BadParameter(f"{account!r} is no AWS account: give 12 digits, such as 111122223333.")
    return account


def check_accounts(accounts: list[str] | None) -> list[str]:
    """Return account ids. Raises BadParameter where one is none."""
    return [account for account in accounts or () if check_account(account)]


def check_domains(domains: list[str] | None) -> list[str]:
    """Return domains as the template takes them. Raises BadParameter where one is none."""
    labels = [domain_label(domain) for domain in domains or ()]
    for label in labels:
        if not _DOMAIN.fullmatch(label):
            raise typer.BadParameter(f"{label!r} is no domain: give a name such as example.com.")
    return labels


def check_hour(hour: str | None) -> str | None:
    """Return a UTC hour or a day. Raises BadParameter where it is neither."""
    if hour is not None and not _HOUR.fullmatch(hour):
        raise typer.BadParameter(f"{hour!r} is no hour: give one in UTC, such as 2026-11-22T10, or a day.")
    return hour


def check_identity(identity: str | None) -> str | None:
    """Return an identity (domain or address) as the ledger has it: in lower case."""
    return identity.strip().lower() if identity else None


StackOption = Annotated[
    str | None,
    typer.Option(
        "--stack", metavar="NAME", help="A deployed stack; without it, the one kept running on this machine."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON (docs/command-line.md).")]
KeepOption = Annotated[
    bool, typer.Option("--keep", help="Keep the stack until Ctrl-C, for the other commands to read.")
]
AccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="ACCOUNT", callback=check_account, help="Only this sending account."),
]
RegionOption = Annotated[str | None, typer.Option("--region", metavar="REGION", help="Only this Region.")]
IdentityOption = Annotated[
    str | None,
    typer.Option(
        "--identity",
        metavar="IDENTITY",
        callback=check_identity,
        help="Only this domain or address, whoever sends with it.",
    ),
]
FirstHourOption = Annotated[
    str | None,
    typer.Option("--from", metavar="HOUR", callback=check_hour, help="First send hour (UTC), or day."),
]
LastHourOption = Annotated[
    str | None,
    typer.Option("--to", metavar="HOUR", callback=check_hour, help="Last send hour (UTC), or day."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
