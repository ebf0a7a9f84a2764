"""`ses-reputation entries`: what SES reported of a recipient or a message; `entries export`: all of them."""

from operator import itemgetter
from typing import Annotated

import typer

from console.actions.export_entries import export_entries
from console.options import DelayDaysOption, JsonOption, StackOption, check_recipient, has_subcommand
from console.reports.ledger.entries import print_entries
from console.stack.connection import connect
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.wording import count

app = typer.Typer(
    help="Show what SES reported of the bounces, complaints and delays of a recipient or message.",
    invoke_without_command=True,
)


# Typer makes an option of every parameter.
@app.callback()
def show_entries(
    context: typer.Context,
    stack: StackOption = None,
    recipient: Annotated[
        str, typer.Option(metavar="ADDRESS", callback=check_recipient, help="The recipient's address.")
    ] = "",
    message: Annotated[str, typer.Option(metavar="ID", help="The SES message id.")] = "",
    delay_days: DelayDaysOption = 3,
    json: JsonOption = False,
) -> None:
    """Show entries: what SES reported of the bounces, complaints and delays of a recipient or message."""
    if has_subcommand(context):
        return
    if bool(recipient) == bool(message):
        raise typer.BadParameter("Give either --recipient or --message.")
    found = connect(stack).read_entries(normalise_address(recipient), message, delay_days)
    entries = sorted(found, key=itemgetter("occurred_at", "recipient", "outcome", "feed"))
    if json:
        print_json({"entries": entries})
    else:
        print_entries(open_screen(), entries)


@app.command("export")
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
