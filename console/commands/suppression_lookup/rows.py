"""`ses-reputation suppression list` and `stats`: the rows of one snapshot, printed or counted."""

from enum import StrEnum
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
from console.reports.suppression_lookup.rows import (
    describe_manifest,
    write_blog_array,
    write_csv,
    write_json_document,
    write_ndjson,
)
from console.reports.suppression_lookup.statistics import describe_statistics, print_statistics
from console.stack.connection import connect
from console.terminal.screen import open_screen, print_json
from ses_reputation.suppression.lookup.list_statistics import count_rows
from ses_reputation.suppression.snapshot.snapshot_reader import stream_rows


class RowFormat(StrEnum):
    """How rows are printed."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
    BLOG = "blog"


# Typer makes an option of every parameter.
def list_rows(  # noqa: PLR0913, PLR0917
    run: RunArgument = LATEST,
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    row_format: Annotated[
        RowFormat, typer.Option("--format", help="blog: the array of AWS's well-known script.")
    ] = RowFormat.CSV,
    raw: Annotated[bool, typer.Option("--raw", help="With csv: every cell as it is, for programs.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Print all rows of a snapshot, each part after its digest is verified. They hold addresses.

    In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe; --raw leaves them.
    """
    if json:
        if row_format not in {RowFormat.CSV, RowFormat.JSON}:
            raise typer.BadParameter("--json is --format json: give one of them.")
        row_format = RowFormat.JSON
    if raw and row_format is not RowFormat.CSV:
        raise typer.BadParameter("--raw goes with --format csv.")
    connection = connect(stack)
    manifest = load_run(connection, choose_list(connection, account, region, tenant), run)
    rows = stream_rows(connection.snapshots, manifest)
    match row_format:
        case RowFormat.CSV:
            write_csv(rows, is_raw=raw)
        case RowFormat.JSON:
            write_json_document(manifest, rows)
        case RowFormat.NDJSON:
            write_ndjson(rows)
        case RowFormat.BLOG:
            write_blog_array(rows)


# Typer makes an option of every parameter.
def show_statistics(
    run: RunArgument = LATEST,
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    json: JsonOption = False,
) -> None:
    """Count the addresses of a snapshot by reason, mailbox provider, and month of the last update."""
    connection = connect(stack)
    manifest = load_run(connection, choose_list(connection, account, region, tenant), run)
    counted = count_rows(stream_rows(connection.snapshots, manifest))
    if json:
        print_json({"snapshot": describe_manifest(manifest), **describe_statistics(counted)})
    else:
        print_statistics(open_screen(), manifest, counted)
