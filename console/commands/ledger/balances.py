"""`ses-reputation balances`: what became of the mail of each sending account and identity."""

from collections.abc import Set as AbstractSet
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
from console.stack.connection import Connection, Hours, connect
from console.stack.selection import EntityChoice, check_known
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
    connection = connect(stack)
    hours = connection.read_hours(wanted)
    _check_known(connection, wanted, {hour.sender_hour.sending_account for hour in hours})
    if json:
        print_json({"balances": [hour.to_json() for hour in hours]})
    elif hours:
        print_hours(open_screen(), hours)
    else:
        open_screen().print("No balances: nothing was sent in these hours, or SES has not reported it yet.")


def _check_known(connection: Connection, wanted: Hours, found: AbstractSet[str]) -> None:
    """Raise NotFoundError where the ledger does not know a wanted account or identity. found: accounts."""
    nobody = not found and wanted.identity
    if missing := set(wanted.accounts) - found or ({""} if nobody else set()):
        senders = connection.assessments.senders()
        for account in sorted(missing):
            check_known(senders, EntityChoice(account, "", wanted.identity))
