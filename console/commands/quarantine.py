"""`ses-reputation quarantine`: messages that were not journaled, and why."""

from collections import Counter
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from console.errors import NotFoundError
from console.options import JsonOption, StackOption
from console.stack.connection import Connection, connect
from console.terminal.screen import make_table, open_screen, print_json
from ses_reputation.feedback.provenance import Reason
from ses_reputation.quarantine.record import PREFIX, QuarantineRecord, fields_of

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
        print_json({"quarantined": [_describe_key(key) for key in keys]})
        return
    screen = open_screen()
    for key in keys:
        screen.print(key, markup=False, soft_wrap=True)
    table = make_table("reason", "messages")
    for name, number in sorted(Counter(_describe_key(key)["reason"] for key in keys).items()):
        table.add_row(name, f"{number:,}")
    screen.print()
    screen.print(table if keys else "The quarantine is empty.")


@app.command("show")
def show_quarantined(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A key as `quarantine list` prints it.")],
    stack: StackOption = None,
    json: JsonOption = False,
) -> None:
    """Show one quarantined message in full. It may hold addresses."""
    record = _load(connect(stack), key)
    fields = {"key": key, **fields_of(record)}
    if json:
        print_json(fields)
        return
    screen = open_screen()
    for name, value in fields.items():
        if name != "body":
            screen.print(f"{name:<15} {value}", markup=False, soft_wrap=True)
    screen.print()
    screen.print(record.body, markup=False, soft_wrap=True)


def _load(connection: Connection, key: str) -> QuarantineRecord:
    try:
        if key.startswith(PREFIX):
            return connection.quarantine.load(key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
    raise NotFoundError(f"No quarantined message has the key {key}: see `quarantine list`.")


def _describe_key(key: str) -> dict[str, str]:
    reason, day, _ = key.removeprefix(PREFIX).split("/", 2)
    return {"key": key, "reason": reason, "day": day}
