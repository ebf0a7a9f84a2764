"""`ses-reputation suppression`: complete, dated copies of suppression lists."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from console.actions.export_suppression import ExportProgress, start_export, watch_export
from console.options import JsonOption, StackOption, check_account
from console.reports.tables import draw_manifest, draw_parts, draw_snapshots
from console.stack.connection import Connection, connect
from console.terminal.csv_rows import print_csv
from console.terminal.screen import Narrator, Step, count, open_screen, print_json
from ses_reputation.suppression.snapshot.location import is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import (
    list_snapshots,
    list_targets,
    load_manifest,
    stream_rows,
)
from ses_reputation.suppression.targets import Target

_LATEST = "latest"

app = typer.Typer(help="Export suppression lists, and look at their snapshots.", no_args_is_help=True)

AccountOption = Annotated[
    str | None,
    typer.Option(
        metavar="ACCOUNT", callback=check_account, help="Whose list. Default: the stack's own account."
    ),
]
RegionOption = Annotated[
    str | None, typer.Option(metavar="REGION", help="Which Region's list. Default: the stack's own Region.")
]


def check_run(run: str) -> str:
    """Return a run id, or `latest`. Raises BadParameter where it is neither."""
    if run != _LATEST and not is_run_id(run):
        raise typer.BadParameter(f"{run!r} is no run: give an id such as 20261122T070000Z, or {_LATEST}.")
    return run


@app.command("export")
def export_now(stack: StackOption = None, json: JsonOption = False) -> None:
    """Export the stack's suppression list now, and wait until its snapshot is complete.

    Ctrl-C ends the waiting, not the export.
    """
    connection = connect(stack)
    narrator = Narrator(open_screen(on_stderr=True))
    client = connection.clients.step_functions
    with narrator.step("Export the suppression list") as step:
        execution_arn = start_export(client, connection.output("ExportSuppressionWorkflowArn"))
        exports = watch_export(client, execution_arn, lambda progress: _print_progress(step, progress))
        step.outcome = f"Export the suppression list: {count(len(exports), 'snapshot')}"
    manifests = [_load_finished(connection, export) for export in exports]
    if json:
        print_json({"snapshots": [_describe(manifest) for manifest in manifests]})
        return
    for manifest in manifests:
        _print_manifest(manifest)


@app.command("list")
def list_finished(stack: StackOption = None, json: JsonOption = False) -> None:
    """List the finished snapshots of every list, oldest first."""
    store = connect(stack).snapshots
    manifests = [manifest for target in list_targets(store) for manifest in list_snapshots(store, target)]
    if json:
        print_json({"snapshots": [_describe(manifest) for manifest in manifests]})
        return
    screen = open_screen()
    screen.print(draw_snapshots(manifests) if manifests else "No snapshot is finished yet.")


# Typer makes an option of every parameter.
@app.command("show")
def show_snapshot(  # noqa: PLR0913, PLR0917
    run: Annotated[
        str, typer.Argument(metavar="[RUN]", callback=check_run, help="A run that `list` names.")
    ] = _LATEST,
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    csv_rows: Annotated[
        bool, typer.Option("--csv", help="Print all rows as CSV. They hold addresses.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="With --csv: every cell as it is, for programs.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what a snapshot holds. --csv prints its rows, each part after its digest is verified.

    Cells that a spreadsheet would take for a formula begin with an apostrophe; --raw leaves them as they are.
    """
    if csv_rows and json:
        raise typer.BadParameter("Give either --csv or --json.")
    if raw and not csv_rows:
        raise typer.BadParameter("--raw goes with --csv.")
    connection = connect(stack)
    target = Target(account or connection.account_id, region or connection.region)
    manifest = load_manifest(connection.snapshots, target, None if run == _LATEST else run)
    if csv_rows:
        print_csv(_read_rows(connection, manifest), is_raw=raw)
    elif json:
        print_json({"snapshot": _describe(manifest)})
    else:
        _print_manifest(manifest)


def _print_progress(step: Step, progress: ExportProgress) -> None:
    step.advance_to(
        0, None, f"Export the suppression list: {progress.status}, {count(progress.rows, 'row')} read"
    )


def _load_finished(connection: Connection, export: dict[str, Any]) -> Manifest:
    return load_manifest(connection.snapshots, Target(**export["target"]), export["run"])


def _print_manifest(manifest: Manifest) -> None:
    screen = open_screen()
    screen.print(draw_manifest(manifest))
    screen.print()
    screen.print(draw_parts(manifest))


def _read_rows(connection: Connection, manifest: Manifest) -> Iterator[tuple[str, ...]]:
    yield "EmailAddress", "Reason", "LastUpdateTime"
    for row in stream_rows(connection.snapshots, manifest):
        yield row.email_address, row.reason, row.last_update_time


def _describe(manifest: Manifest) -> dict[str, Any]:
    """The manifest as it is stored, and its key."""
    fields = manifest.to_json()
    return {"key": manifest.run.manifest_key} | fields
