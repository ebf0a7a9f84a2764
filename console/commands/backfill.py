"""`ses-reputation replay --stack NAME`: archives into a deployed ledger, on the operator's word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from console.errors import ConsoleError
from console.options import check_unasked
from console.replay.archives import find_files
from console.replay.backfill import Archive, Backfill, BackfillTally
from console.replay.backfill_report import print_backfill, print_plan
from console.replay.backfill_store import BackfillRecord, BackfillTable
from console.stack.caller import identify_caller
from console.stack.clock import current_time
from console.stack.connection import connect
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.feedback.archive import ArchiveDefaults
from ses_reputation.wording import count


@dataclass(frozen=True, slots=True)
class BackfillOptions:
    """What the operator asked for."""

    stack: str
    sending_account: str = ""
    is_json: bool = False
    is_sure: bool = False


def run_backfill(paths: Sequence[Path], options: BackfillOptions) -> None:
    """Read an archive, say what it holds and ask; then journal it, and keep who did so.

    Raises ConsoleError where nothing of it can be journaled, typer.Exit(1) where not all that can be was.
    """
    check_unasked(json=options.is_json, yes=options.is_sure)
    connection, narrator = connect(options.stack), Narrator(open_screen(on_stderr=True))
    archive = Archive(find_files(paths), ArchiveDefaults(connection.region, options.sending_account))
    backfill = Backfill(connection.journal_settings, current_time())
    read = _read(narrator, backfill, archive)
    closed = backfill.closed_hours(read.hours, connection.balances)
    plan = read.without_hours(closed)
    kept = BackfillTable(connection.clients.dynamodb, connection.output("LedgerTableName"))
    print_plan(narrator.screen, plan, list(kept.records()))
    record = _describe(plan, archive, backfill, identify_caller(connection.clients.sts).title)
    if not options.is_sure:
        place = f"{options.stack} in account {connection.account_id}"
        typer.confirm(f"Journal it into the ledger of {place}, as {record.who}?", abort=True, err=True)
    kept.keep(record)
    with narrator.step("Journal it", plan.received) as step:
        tally = backfill.journal(archive, closed, connection.journal, step.advance_to)
    kept.keep(replace(record, journaled=tally.journaled, ended_at=current_time()))
    if options.is_json:
        print_json({**tally.to_json(), "who": record.who})
    else:
        print_backfill(open_screen(), tally, options.stack)
    if tally.failed or tally.unreadable or tally.received < plan.received:
        raise typer.Exit(1)


def _read(narrator: Narrator, backfill: Backfill, archive: Archive) -> BackfillTally:
    with narrator.step("Read the archive") as step:
        plan = backfill.plan(
            archive, lambda read: step.advance_to(read, text=f"Read the archive: {count(read, 'message')}")
        )
        step.outcome = f"Read {count(len(archive.files), 'file')}: {count(plan.received, 'message')}"
    return plan


def _describe(plan: BackfillTally, archive: Archive, backfill: Backfill, who: str) -> BackfillRecord:
    if not plan.journaled:
        raise ConsoleError("Nothing of the archive can be journaled, so nothing was changed.")
    hours = [hour.send_hour for hour in plan.hours]
    return BackfillRecord(backfill.begun_at, who, len(archive.files), plan.received, min(hours), max(hours))
