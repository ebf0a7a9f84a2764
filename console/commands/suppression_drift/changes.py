"""`ses-reputation suppression changes`: what became different since the snapshot before, and why."""

from typing import Annotated

import typer

from console.commands.suppression_lookup.options import (
    LATEST,
    ListAccountOption,
    ListRegionOption,
    ListTenantOption,
    RunArgument,
    choose_list,
    load_run,
)
from console.options import JsonOption, StackOption
from console.reports.suppression_drift.changes import change_rows, describe_changes, print_changes
from console.stack.connection import connect
from console.terminal.csv_rows import print_csv
from console.terminal.screen import open_screen, print_json
from ses_reputation.suppression.changes.change_reader import changes_of_manifest


# Typer makes an option of every parameter.
def show_changes(  # noqa: PLR0913, PLR0917
    run: RunArgument = LATEST,
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    csv_rows: Annotated[bool, typer.Option("--csv", help="Print all changes as CSV.")] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="With --csv: every cell as it is, for programs.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what changed in a list since the snapshot before: added, removed, other reason; and why.

    A person sees the first 50 changes; --csv and --json print all. They hold addresses.
    """
    if csv_rows and json:
        raise typer.BadParameter("Give either --csv or --json.")
    if raw and not csv_rows:
        raise typer.BadParameter("--raw goes with --csv.")
    connection = connect(stack)
    manifest = load_run(connection, choose_list(connection, account, region, tenant), run)
    changes, rows = changes_of_manifest(connection.snapshots, manifest)
    if csv_rows:
        print_csv(change_rows(rows), is_raw=raw)
    elif json:
        print_json(describe_changes(manifest.run, changes, rows))
    else:
        print_changes(open_screen(), manifest.run, changes, rows)
