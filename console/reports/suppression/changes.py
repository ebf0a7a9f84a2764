"""What would change in a suppression list, and what was changed, for people and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.actions.change_suppression import PreparedChange
from console.terminal.csv_rows import print_csv
from console.terminal.screen import print_line
from console.terminal.tables import make_table
from ses_reputation.suppression.restore.actions import ActionOutcome, Operation, SuppressionAction
from ses_reputation.suppression.restore.applying import AppliedPlan
from ses_reputation.suppression.restore.import_jobs import ImportedFile
from ses_reputation.suppression.restore.plan import ChangePlan, PlanCounts
from ses_reputation.wording import count

_MEANINGS: Mapping[str, str] = {
    "added": "are added",
    "strengthened": "change from BOUNCE to COMPLAINT",
    "weakened": "change from COMPLAINT to BOUNCE",
    "removed": "are removed",
    "unchanged": "are on the list already",
    "kept_stronger": "stay COMPLAINT, though BOUNCE was asked for",
    "others": "are on the list, were not asked for, and stay",
    "forgotten": "are left as they are: their people were forgotten",
    "unknown_reason": "have a reason that SES does not take",
}
_SECONDS_A_CALL = 1
"""SES gives an account about one call a second (SES developer guide, "Service quotas")."""


def print_plan(screen: Console, prepared: PreparedChange) -> None:
    """Print what would change, in numbers, and which way."""
    plan = prepared.plan
    print_line(screen, f"List: {plan.target.name}")
    table = make_table("addresses", "", numbers_from=2)
    table.show_header = False
    for number, meaning in _lines_of(plan.counts):
        table.add_row(f"{number:>9,}", meaning)
    screen.print(table if table.row_count else "Nothing was asked for.")
    for line in _ways(prepared):
        print_line(screen, line)


def write_changes(plan: ChangePlan, current: Mapping[str, str], *, is_raw: bool) -> None:
    """Write every change to standard output as CSV, with the reason before it. It holds addresses."""
    print_csv(_rows_of(plan, current), is_raw=is_raw)


def print_applied(screen: Console, applied: AppliedPlan) -> None:
    """Print what was changed, what was not, and what SES said of each job that is not done."""
    action = applied.action
    asked = action.puts + action.deletes
    print_line(
        screen,
        f"{count(asked - applied.failed, 'change')} of {asked:,} made. Recorded as {action.id}, "
        f"by {action.who}.",
    )
    if applied.singles.absent:
        print_line(screen, f"{count(applied.singles.absent, 'address', 'addresses')} were gone already.")
    if applied.singles.refused:
        refused = count(applied.singles.refused, "address", "addresses")
        print_line(screen, f"SES refused {refused} as not valid.")
    for imported in applied.imports:
        if imported.failed:
            status = imported.status
            print_line(
                screen,
                f"Import job {status.job_id} is {status.status}: {count(imported.failed, 'record')} of "
                f"{imported.records:,} were not taken. {status.message}".rstrip(),
            )
            if status.failed_records_url:
                print_line(screen, f"SES lists them at {status.failed_records_url}")
    if action.outcome is ActionOutcome.INCOMPLETE:
        print_line(screen, "Not all was done. Run the command again: it changes only what is still missing.")


def plan_to_json(prepared: PreparedChange) -> dict[str, Any]:
    """Return a plan as `--json` has it, without addresses."""
    routes = prepared.routes
    return {
        "target": asdict(prepared.plan.target),
        **asdict(prepared.plan.counts),
        "by_import": len(routes.by_import),
        "by_call": len(routes.by_call),
        "impossible": len(routes.impossible),
        "obstacles": prepared.obstacles,
    }


def action_to_json(applied: AppliedPlan | None) -> dict[str, Any] | None:
    """Return what was done as `--json` has it; None where nothing was."""
    if applied is None:
        return None
    failed_jobs = [_failed_job(each) for each in applied.imports if each.failed]
    return _action_fields(applied.action) | {"absent": applied.singles.absent, "failed_jobs": failed_jobs}


def _action_fields(action: SuppressionAction) -> dict[str, Any]:
    names = ("id", "kind", "who", "why", "puts", "deletes", "failed", "outcome", "jobs")
    return {name: getattr(action, name) for name in names}


def _failed_job(imported: ImportedFile) -> dict[str, Any]:
    fields = asdict(imported.status)
    return {
        "id": fields["job_id"],
        "status": fields["status"],
        "records": imported.records,
        "failed": imported.failed,
        "message": fields["message"],
        "failed_records_url": fields["failed_records_url"],
    }


def _lines_of(counts: PlanCounts) -> Iterator[tuple[int, str]]:
    for name, number in asdict(counts).items():
        if number:
            yield number, _MEANINGS[name]


def _ways(prepared: PreparedChange) -> Iterator[str]:
    routes = prepared.routes
    if routes.by_import:
        yield f"{count(len(routes.by_import), 'change')} by import jobs of SES."
    if routes.by_call:
        hours = len(routes.by_call) * _SECONDS_A_CALL / 3600
        about = f", about {hours:,.1f} hours at one call a second" if hours >= 0.1 else ""
        yield f"{count(len(routes.by_call), 'change')} one address a call{about}."
    if routes.impossible:
        yield (
            f"{count(len(routes.impossible), 'address', 'addresses')} cannot be removed: with a slash in it, "
            "only an import job removes one, and none can be used here."
        )
    yield from prepared.obstacles.values()


def _rows_of(plan: ChangePlan, current: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    yield "Operation", "EmailAddress", "Reason", "PreviousReason"
    for change in plan.changes:
        before = current.get(change.email_address, "")
        reason = change.reason if change.operation is Operation.PUT else ""
        yield change.operation.value, change.email_address, reason, before
