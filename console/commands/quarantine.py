"""`ses-reputation quarantine`: messages that were not journaled, and why."""

from typing import Annotated

import typer
from botocore.exceptions import ClientError

from console.errors import NotFoundError
from console.options import JsonOption, StackOption
from console.reports.quarantine import describe_key, print_keys, print_record
from console.stack.connection import Connection, connect
from console.terminal.screen import open_screen, print_json
from ses_reputation.feedback.provenance import Reason
from ses_reputation.quarantine.record import PREFIX, QuarantineRecord

app = typer.Typer(help="Look at messages that were not journaled, and why.", no_args_is_help=True)


@app.command("list")
def list_quarantined(
    stack: StackOption = None,
    reason: Annotated[Reason | None, typer.Option(metavar="REASON", help="Only this reason.")] = None,
    json: JsonOption = False,
) -> None:
    """List the keys of quarantined messages: each names reason, day and queue message."""
    keys = list(connect(stack).quarantine.keys(reason or ""))
    if json:
        print_json({"quarantined": [describe_key(key) for key in keys]})
    else:
        print_keys(open_screen(), keys)


@app.command("show")
def show_quarantined(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A key as `quarantine list` prints it.")],
    stack: StackOption = None,
    json: JsonOption = False,
) -> None:
    """Show one quarantined message in full. It may hold addresses."""
    record = _load(connect(stack), key)
    if json:
        print_json({"key": key, **record.to_json()})
    else:
        print_record(open_screen(), key, record)


def _load(connection: Connection, key: str) -> QuarantineRecord:
    try:
        if key.startswith(PREFIX):
            return connection.quarantine.load(key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
    raise NotFoundError(f"No quarantined message has the key {key}: see `quarantine list`.")
