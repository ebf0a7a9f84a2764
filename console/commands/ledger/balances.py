"""`ses-reputation balances`: what became of the mail of each sending account and identity."""

from typing import Annotated

import typer

from console.options import (
    FirstHourOption,
    JsonOption,
    LastHourOption,
    StackOption,
    check_accounts,
    check_regions,
    check_span,
)
from console.reports.ledger.balances import print_hours
from console.stack.connection import Hours, connect
from console.terminal.screen import open_screen, print_json


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
        list[str] | None,
        typer.Option(
            metavar="REGION", callback=check_regions, help="A Region of SES; repeatable. Default: all."
        ),
    ] = None,
    identity: Annotated[
        str,
        typer.Option(metavar="IDENTITY", help="An identity, whoever sends with it, registered or not."),
    ] = "",
    first: FirstHourOption = None,
    last: LastHourOption = None,
    json: JsonOption = False,
) -> None:
    """Show balances: what became of the mail of each sending account and identity."""
    check_span(first, last)
    wanted = Hours(tuple(account or ()), tuple(region or ()), identity.lower(), first or "", last or "")
    hours = connect(stack).read_hours(wanted)
    if json:
        print_json({"balances": [hour.to_json() for hour in hours]})
    elif hours:
        print_hours(open_screen(), hours)
    else:
        open_screen().print("No balances: nothing was sent in these hours, or SES has not reported it yet.")
