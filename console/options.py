"""Options that several commands share, and how arguments are checked."""

import re
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from itertools import chain
from typing import Annotated

import typer
from botocore.session import Session

from ses_reputation.environment import is_account
from ses_reputation.feedback.addresses import domain_label
from ses_reputation.hours import FIRST_YEAR, LAST_YEAR
from ses_reputation.regions import partition_of

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_MINUTES = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:.*", re.ASCII)
# Times that are known, without the years that windows before the first and the end of the last reach into.
_YEARS = FIRST_YEAR + 2, LAST_YEAR - 1
_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2})?", re.ASCII)


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
    """Return a UTC hour or a day. Raises BadParameter where it is neither, or not in the calendar."""
    if hour is None:
        return None
    if not _HOUR.fullmatch(hour):
        minutes = " without minutes" if _MINUTES.fullmatch(hour) else ""
        example = "such as 2026-11-22T10, or a day"
        raise typer.BadParameter(f"{hour!r} is no hour: give one in UTC{minutes}, {example}.")
    try:
        year = datetime.fromisoformat(hour).year
    except ValueError:
        raise typer.BadParameter(f"{hour!r} is not in the calendar.") from None
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise typer.BadParameter(f"{hour!r} is not in the years {_YEARS[0]} to {_YEARS[1]}.")
    return hour


def check_span(first: str | None, last: str | None) -> None:
    """Check that hours or days are in their order. Raises BadParameter where the last is before the first.

    A day is all its hours, so `2026-11-22T10` to `2026-11-22` is in order.
    """
    if first and last and last < first[: len(last)]:
        raise typer.BadParameter(f"{last} is before {first}: exchange --from and --to.")


def check_region(region: str | None) -> str | None:
    """Return a Region. Raises BadParameter where AWS has none of that name.

    One that the installed botocore does not know yet is taken if it is named as all are: `ap-southeast-9`.
    """
    if region is None or region in _known_regions():
        return region
    points = {known.split("-")[-2] for known in _known_regions()}
    if partition_of(region) and region.split("-")[-2] in points:
        return region
    meant = get_close_matches(region, sorted(_known_regions()), 2, 0.8)
    hint = f"do you mean {' or '.join(meant)}?" if meant else "give one such as us-east-1."
    raise typer.BadParameter(f"{region!r} is no Region of AWS: {hint}")


def check_regions(regions: list[str] | None) -> list[str]:
    """Return Regions. Raises BadParameter where one is none."""
    return [region for region in regions or () if check_region(region)]


@cache
def _known_regions() -> frozenset[str]:
    """The Regions that the installed botocore knows; newer ones are known by the form of their names."""
    # Whatever AWS_PROFILE names: a profile that is not there is said where it is used, and --profile may be.
    session = Session({"profile": (None, None, None, None)})
    partitions = session.get_available_partitions()
    return frozenset(chain.from_iterable(session.get_available_regions("sts", each) for each in partitions))


def has_subcommand(context: typer.Context) -> bool:
    """Return whether a command of its own that is a group, too, is asked for a command below it.

    Raises BadParameter where options stand before that command: they would be those of the group.
    """
    below = context.invoked_subcommand
    sources = map(context.get_parameter_source, context.params)
    if below and any(source and source.name == "COMMANDLINE" for source in sources):
        raise typer.BadParameter(f"Give options after the word {below}.")
    return below is not None


def check_unasked(*, json: bool, yes: bool) -> None:
    """Check that nobody has to be asked where a program reads the answer. Raises BadParameter."""
    if json and not yes:
        raise typer.BadParameter("With --json nobody is asked before it is done: give --yes, too.")


def check_identity(identity: str | None) -> str | None:
    """Return an identity (domain or address) as the ledger has it: in lower case."""
    return identity.strip().lower() if identity else None


def check_address(address: str) -> str:
    """Return an address without blanks around it, as SES stores it. Raises BadParameter where it is none."""
    # The error does not repeat what was typed: it may be a person's name.
    if "@" not in address.strip():
        raise typer.BadParameter("That is no address: give one such as ann@example.com.")
    return address.strip()


def check_recipient(address: str) -> str:
    """Return an address; "" where none is given. Raises BadParameter where it is none."""
    return address and check_address(address)


def check_recipients(addresses: list[str] | None) -> list[str]:
    """Return addresses. Raises BadParameter where one is none."""
    return list(map(check_address, addresses or ()))


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
RegionOption = Annotated[
    str | None,
    typer.Option("--region", metavar="REGION", callback=check_region, help="Only mail sent in this Region."),
]
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
DelayDaysOption = Annotated[
    int,
    typer.Option(
        "--delay-days", min=0, max=400, metavar="DAYS", help="How many days back delays are looked for."
    ),
]
