"""`ses-reputation demo`: the whole pipeline on this machine, and the proof that it counts correctly."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from console.demo.report import (
    Comparisons,
    compare_run,
    does_add_up,
    print_arithmetic,
    print_ledger,
    print_messages,
    print_pages,
    print_snapshots,
)
from console.demo.report_json import describe_demo
from console.demo.run import (
    DemoRun,
    Snapshot,
    export_lists,
    invent_traffic,
    open_demo,
    run_stages,
    write_pages,
)
from console.demo.standings_report import print_alerts, print_standings_by_stage
from console.local_stack.announce import keep_running
from console.options import JsonOption, KeepOption
from console.reports.feeds import print_reconciliations
from console.stack.running_stack import refuse_second_stack
from console.terminal.screen import Narrator, open_screen, print_json

_SEED = 20261122


def run_demo(
    mails: Annotated[
        int, typer.Option(min=1, max=100_000, metavar="N", help="How many mails the day has.")
    ] = 4_000,
    days: Annotated[
        int, typer.Option(min=0, max=60, metavar="N", help="How many quiet days come before the day.")
    ] = 28,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed gives another day.")] = _SEED,
    keep: KeepOption = False,
    statements: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the statements to this folder, for a browser."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run the whole pipeline on this machine, and show its standings, alerts, ledger and snapshot.

    Starts an emulator of AWS, deploys template.yaml to it, publishes invented SES notifications of four weeks
    and a day in four stages, assesses every account and identity after each, and exports a suppression list.
    It needs no AWS account and leaves nothing behind. Exits with 1 if anything does not add up.
    """
    if keep:
        refuse_second_stack()
    screen = open_screen(on_stderr=json)
    screen.print("SES reputation ledger: invented mail, from notification to alert\n", style="bold")
    started_at = datetime.now(UTC)
    narrator = Narrator(screen)
    with open_demo(narrator) as local:
        traffic, stages = invent_traffic(narrator, seed, mails, days)
        run = run_stages(narrator, local, traffic, stages)
        snapshots = export_lists(narrator, local, run)
        page = write_pages(narrator, local, statements) if statements else None
        comparisons = compare_run(run, snapshots)
        adds_up = does_add_up(run, comparisons)
        if json:
            print_json(describe_demo(run, comparisons, snapshots, page, adds_up=adds_up))
        else:
            _print_run(screen, run, comparisons, snapshots)
            print_pages(screen, page, is_kept=keep)
        seconds = (datetime.now(UTC) - started_at).total_seconds()
        screen.print(f"\nDone in {seconds:.0f} s. {local.farewell}" if not keep else "")
        if keep:
            keep_running(screen, local)
    if not adds_up:
        raise typer.Exit(1)


def _print_run(
    screen: Console, run: DemoRun, comparisons: Comparisons, snapshots: Sequence[Snapshot]
) -> None:
    print_standings_by_stage(screen, run.assessed)
    print_alerts(screen, run.assessed)
    print_ledger(screen, run.contents.hours)
    print_reconciliations(screen, run.reconciliations)
    print_messages(screen, run.contents.tally)
    print_snapshots(screen, snapshots)
    print_arithmetic(screen, run, comparisons)
