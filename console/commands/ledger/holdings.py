"""`ses-reputation balances`, `entries` and `export-entries`: what the ledger of a stack holds."""

from typing import Annotated

import typer

from console.actions.export_entries import export_entries
from console.options import (
    DelayDaysOption,
    FirstHourOption,
    JsonOption,
    LastHourOption,
    StackOption,
    check_accounts,
    check_regions,
    check_span,
)
from console.reports.ledger.balances import print_hours
from console.reports.ledger.entries import print_entries
from console.stack.connection import Hours, connect
from console.terminal.screen import Narrator, count, open_screen, print_json
from ses_reputation.feedback.addresses import normalise_address


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


def show_entries(
    stack: StackOption = None,
    recipient: Annotated[str, typer.Option(metavar="ADDRESS", help="The recipient's address.")] = "",
    message: Annotated[str, typer.Option(metavar="ID", help="The SES message id.")] = "",
    delay_days: DelayDaysOption = 3,
    json: JsonOption = False,
) -> None:
    """Show entries: what SES reported of the bounces, complaints and delays of a recipient or message."""
    if bool(recipient) == bool(message):
        raise typer.BadParameter("Give either --recipient or --message.")
    found = connect(stack).read_entries(normalise_address(recipient), message, delay_days)
    entries = sorted(found, key=lambda entry: (entry["occurred_at"], entry["outcome"], entry["feed"]))
    if json:
        print_json({"entries": entries})
    else:
        print_entries(open_screen(), entries)


def export_all_entries(stack: StackOption = None, json: JsonOption = False) -> None:
    """Export all entries, with their addresses, into the stack's bucket, for Athena (docs/analysts.md).

    The whole table is read through, which DynamoDB bills. Delays are not among entries. The export expires
    after EntryExportRetentionDays.
    """
    connection = connect(stack)
    bucket, client = connection.output("ReputationBucketName"), connection.clients.s3
    narrator = Narrator(open_screen(on_stderr=True))
    with narrator.step("Export entries") as step:
        key, entries = export_entries(
            connection.entries.all_entries(),
            lambda path, to: client.upload_file(path, bucket, to),
            lambda done: step.advance_to(done, text=f"Export entries: {done:,}"),
        )
        step.outcome = f"Export entries: {count(entries, 'entry', 'entries')}"
    if json:
        print_json({"bucket": bucket, "key": key, "entries": entries})
    else:
        open_screen().print(f"s3://{bucket}/{key}", soft_wrap=True)
