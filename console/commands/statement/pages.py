"""`ses-reputation statement`: open, list and write the pages that say where each party stands."""

from pathlib import Path
from typing import Annotated

import typer

from console.actions.statement.open_statement import LINK_SECONDS, link_to_json, open_link, sign_link
from console.actions.statement.write_statements import INDEX_FILE, StatementFolder, write_statements
from console.options import JsonOption, StackOption
from console.reports.statement.published import print_statements
from console.stack.clock import current_time
from console.stack.connection import connect
from console.stack.statements import FUNCTION, choose_statement, read_published, read_statement_settings
from console.terminal.screen import open_screen, print_json, print_line
from ses_reputation.wording import count

app = typer.Typer(
    help="Open, list and write the pages that say where each party stands.", no_args_is_help=True
)

PartyArgument = Annotated[
    str,
    typer.Argument(
        metavar="[PARTY]",
        help="An account, its name, or as `list` prints it. Default: the ledger's own account.",
    ),
]


@app.command("open")
def open_statement(
    party: PartyArgument = "",
    stack: StackOption = None,
    link_only: Annotated[bool, typer.Option("--link", help="Print the link, and open no browser.")] = False,
    json: JsonOption = False,
) -> None:
    """Open a party's statement in the browser, by a link that whoever has it can open for an hour."""
    connection = connect(stack)
    line = choose_statement(read_published(connection), party, connection.account_id)
    link = sign_link(connection.clients.s3, connection.output("ReputationBucketName"), line)
    if json:
        print_json(link_to_json(line, link))
        return
    if link_only or not open_link(link):
        print(link)
        return
    screen = open_screen()
    print_line(screen, f"Opened the statement of {line.party.title}.")
    print_line(screen, f"Its link ends in {LINK_SECONDS // 60} minutes: whoever has it can open the page.")


@app.command("list")
def list_statements(stack: StackOption = None, json: JsonOption = False) -> None:
    """List the statements that were published last, the worst standing first; with --json by party."""
    index = read_published(connect(stack))
    if json:
        print_json(index.to_json())
    else:
        print_statements(open_screen(), index.lines.values(), current_time())


@app.command("write")
def write_pages(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder; it is made where there is none.")],
    stack: StackOption = None,
    json: JsonOption = False,
) -> None:
    """Make all statements now, from what the stack holds, and write them to files."""
    connection = connect(stack)
    settings = read_statement_settings(connection.clients.functions, connection.output(FUNCTION))
    files = StatementFolder(folder)
    index = write_statements(connection.assessments, connection.snapshots, files, settings, current_time())
    if json:
        print_json({**index.to_json(), "folder": str(folder)})
        return
    written = count(len(index.lines), "statement")
    print_line(open_screen(), f"Wrote {written}. Open {folder / INDEX_FILE} in a browser: it lists them.")
