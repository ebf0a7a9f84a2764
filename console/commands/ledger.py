"""`ses-reputation balances` and `entries`: what the ledger of a stack holds."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console

from console.options import JsonOption, StackOption, check_accounts, check_hour
from console.reports.balances import print_hours
from console.stack.connection import Hours, connect
from console.terminal.screen import open_screen, print_json
from ses_reputation.feedback.addresses import normalise_address

_FIRST_FIELDS = ("occurred_at", "outcome", "recipient", "message_id")


# Typer makes an option of every parameter.
def show_balances(  # noqa: PLR0913, PLR0917
    stack: StackOption = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACCOUNT",
            callback=check_accounts,
            help="A sending account; repeatable. Default: the registered ones.",
        ),
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(metavar="REGION", help="A Region of SES; repeatable. Default: all.")
    ] = None,
    identity: Annotated[
        str,
        typer.Option(metavar="IDENTITY", help="An identity, whoever sends with it, registered or not."),
    ] = "",
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="HOUR", callback=check_hour, help="First send hour (UTC), or day."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="HOUR", callback=check_hour, help="Last send hour (UTC), or day."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show balances: what became of the mail of each sending account and identity."""
    wanted = Hours(tuple(account or ()), tuple(region or ()), identity.lower(), first or "", last or "")
    hours = connect(stack).read_hours(wanted)
    if json:
        print_json({"balances": [hour.as_json() for hour in hours]})
    elif hours:
        print_hours(open_screen(), hours)
    else:
        open_screen().print("No balances: nothing was sent in these hours, or SES has not reported it yet.")


def show_entries(
    stack: StackOption = None,
    recipient: Annotated[str, typer.Option(metavar="ADDRESS", help="The recipient's address.")] = "",
    message: Annotated[str, typer.Option(metavar="ID", help="The SES message id.")] = "",
    json: JsonOption = False,
) -> None:
    """Show entries: what SES reported of the bounces, complaints and delays of a recipient or message."""
    if bool(recipient) == bool(message):
        raise typer.BadParameter("Give either --recipient or --message.")
    table = connect(stack).balances
    found = (
        table.entries_of_recipient(normalise_address(recipient))
        if recipient
        else table.entries_of_message(message)
    )
    entries = sorted(found, key=lambda entry: (entry["occurred_at"], entry["outcome"], entry["feed"]))
    if json:
        print_json({"entries": entries})
    else:
        _print_entries(open_screen(), entries)


def _print_entries(screen: Console, entries: Iterable[dict[str, str]]) -> None:
    entries = list(entries)
    if not entries:
        screen.print("No entries: nothing adverse was reported, or it expired. Deliveries have no entries.")
    for entry in entries:
        screen.print(f"\n{entry['occurred_at']}  {entry['outcome']}", style="bold")
        names = [name for name in _FIRST_FIELDS[2:] if name in entry]
        for name in (*names, *sorted(entry.keys() - set(_FIRST_FIELDS))):
            screen.print(f"  {name:<20} {entry[name]}", markup=False, soft_wrap=True)
