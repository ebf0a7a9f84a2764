"""`ses-reputation export-entries`: the ledger's entries, for those who query files."""

from console.actions.export_entries import export_entries
from console.options import JsonOption, StackOption
from console.stack.connection import connect
from console.terminal.screen import Narrator, count, open_screen, print_json


def run_export(stack: StackOption = None, json: JsonOption = False) -> None:
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
