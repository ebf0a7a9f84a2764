"""`ses-reputation suppression`: complete, dated copies of suppression lists."""

from functools import partial

import typer

from console.actions.export_suppression import start_export, watch_export
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
from console.reports.suppression.runs import describe_progress, describe_summary, draw_summary
from console.reports.suppression_lookup.rows import describe_manifest
from console.reports.tables import draw_manifest, draw_parts, draw_snapshots
from console.stack.connection import connect
from console.terminal.screen import Narrator, Step, open_screen, print_json
from ses_reputation.suppression.runs.outcomes import ListStatus
from ses_reputation.suppression.runs.run_progress import RunProgress
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import (
    list_snapshots,
    list_targets,
)

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
    """Export every suppression list now: of each registered account and Region, and of each tenant.

    Waits until all are done, and says which are complete, and which failed and why. Ends with code 1 where
    one failed. Ctrl-C ends the waiting, not the export.
    """
    connection = connect(stack)
    narrator = Narrator(open_screen(on_stderr=True))
    client = connection.clients.step_functions
    with narrator.step("Export suppression lists") as step:
        export = start_export(client, connection.output("ExportSuppressionWorkflowArn"))
        summary = watch_export(client, connection.snapshots, export, partial(_print_progress, step))
        step.outcome = f"Export suppression lists: {describe_summary(summary)}"
    if json:
        print_json({"summary": summary.to_json()})
    else:
        open_screen().print(draw_summary(summary))
    if summary.count(ListStatus.FAILED):
        raise typer.Exit(1)


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


def _print_progress(step: Step, progress: RunProgress) -> None:
    message = f"Export suppression lists: {describe_progress(progress)}"
    step.advance_to(progress.lists_done, progress.lists or None, message)


def _print_manifest(manifest: Manifest) -> None:
    screen = open_screen()
    screen.print(draw_manifest(manifest))
    screen.print()
    screen.print(draw_parts(manifest))
