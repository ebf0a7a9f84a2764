"""`ses-reputation suppression`: complete, dated copies of suppression lists."""

from typing import Any

import typer

from console.actions.export_suppression import ExportProgress, start_export, watch_export
from console.commands.suppression_drift.changes import show_changes
from console.commands.suppression_drift.drift import show_drift
from console.commands.suppression_drift.sync import sync_lists
from console.commands.suppression_lookup.find import find_suppressed, show_history
from console.commands.suppression_lookup.options import (
    LATEST,
    ListAccountOption,
    ListRegionOption,
    ListTenantOption,
    RunArgument,
    choose_list,
    load_run,
)
from console.commands.suppression_lookup.rows import list_rows, show_statistics
from console.options import JsonOption, StackOption
from console.reports.suppression_lookup.rows import describe_manifest
from console.reports.tables import draw_manifest, draw_parts, draw_snapshots
from console.stack.connection import Connection, connect
from console.terminal.screen import Narrator, Step, count, open_screen, print_json
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import (
    list_snapshots,
    list_targets,
    load_manifest,
)
from ses_reputation.suppression.targets import Target

app = typer.Typer(
    help="Export suppression lists, look at their snapshots, and find addresses.", no_args_is_help=True
)
app.command("changes")(show_changes)
app.command("drift")(show_drift)
app.command("sync")(sync_lists)
app.command("find")(find_suppressed)
app.command("history")(show_history)
app.command("list")(list_rows)
app.command("stats")(show_statistics)


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
        print_json({"snapshots": [describe_manifest(manifest) for manifest in manifests]})
        return
    for manifest in manifests:
        _print_manifest(manifest)


@app.command("snapshots")
def list_finished(stack: StackOption = None, json: JsonOption = False) -> None:
    """List the finished snapshots of every list, oldest first."""
    store = connect(stack).snapshots
    manifests = [manifest for target in list_targets(store) for manifest in list_snapshots(store, target)]
    if json:
        print_json({"snapshots": [describe_manifest(manifest) for manifest in manifests]})
        return
    screen = open_screen()
    screen.print(draw_snapshots(manifests) if manifests else "No snapshot is finished yet.")


# Typer makes an option of every parameter.
@app.command("show")
def show_snapshot(
    run: RunArgument = LATEST,
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show what a snapshot holds. `list` prints its rows."""
    connection = connect(stack)
    manifest = load_run(connection, choose_list(connection, account, region, tenant), run)
    if json:
        print_json({"snapshot": describe_manifest(manifest)})
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
