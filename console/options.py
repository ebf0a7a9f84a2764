"""Arguments and options that several commands share, and how they are checked."""

import re
from typing import Annotated

import typer

from ses_reputation.feedback.addresses import domain_label
from ses_reputation.feedback.provenance import is_account

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2})?")


def check_account(account: str | None) -> str | None:
    """Refuse what is no 12-digit account id."""
    if account is not None and not is_account(account):
        raise typer.BadParameter(f"{account!r} is no AWS account: it takes 12 digits, such as 111122223333.")
    return account


def check_accounts(accounts: list[str] | None) -> list[str]:
    """Refuse what is no list of 12-digit account ids."""
    return [account for account in accounts or () if check_account(account)]


def check_domains(domains: list[str] | None) -> list[str]:
    """Write domains as the template wants them; refuse what is none."""
    labels = [domain_label(domain) for domain in domains or ()]
    for label in labels:
        if not _DOMAIN.fullmatch(label):
            raise typer.BadParameter(f"{label!r} is no domain: it takes names such as example.com.")
    return labels


def check_hour(hour: str | None) -> str | None:
    """Refuse what is neither a UTC hour nor a day."""
    if hour is not None and not _HOUR.fullmatch(hour):
        raise typer.BadParameter(f"{hour!r} is no hour: it takes UTC, as 2026-11-22T10, or a day.")
    return hour


def check_identity(identity: str | None) -> str | None:
    """Write an identity (domain or address) as the ledger does, in lower case."""
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
    typer.Option("--account", metavar="ACCOUNT", callback=check_account, help="What this account sends."),
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="Only what is sent in this Region.")
]
IdentityOption = Annotated[
    str | None,
    typer.Option(
        "--identity",
        metavar="IDENTITY",
        callback=check_identity,
        help="What anybody sends with this domain or address.",
    ),
]
