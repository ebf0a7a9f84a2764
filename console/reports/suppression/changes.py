"""What would change in a suppression list, and what was changed, for people and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.actions.change_suppression import PreparedChange
from console.terminal.csv_rows import print_csv
from console.terminal.screen import print_indented, print_line
from console.terminal.tables import make_table
from ses_reputation.suppression.restore.actions import ActionOutcome, Operation, SuppressionAction
from ses_reputation.suppression.restore.applying import AppliedPlan
from ses_reputation.suppression.restore.import_jobs import ImportedFile
from ses_reputation.suppression.restore.plan import ChangePlan, PlanCounts
from ses_reputation.wording import count

_MEANINGS: Mapping[str, str] = {
    "added": "to add",
    "strengthened": "to change from BOUNCE to COMPLAINT",
    "weakened": "to change from COMPLAINT to BOUNCE",
    "removed": "to remove",
    "unchanged": "on the list already",
    "kept_stronger": "left at COMPLAINT, though BOUNCE was asked for",
    "others": "on the list, not asked for: left there",
    "forgotten": "of a forgotten person: left as it is",
    "unknown_reason": "left out: SES does not take the reason",
}
_SECONDS_A_CALL = 1
"""SES gives an account about one call a second (SES developer guide, "Service quotas")."""


def print_plan(screen: Console, prepared: PreparedChange) -> None:
    """Print what would change, in numbers, and which way."""
    plan = prepared.plan
    print_line(screen, f"List: {plan.target.name}")
    table = make_table("", "addresses")
    for number, meaning in _lines_of(plan.counts):
        table.add_row(meaning, count(number))
    screen.print(table if table.row_count else "Nothing was asked for.")
    for line in _ways(prepared):
        print_indented(screen, line, columns=0)


def write_changes(plan: ChangePlan, current: Mapping[str, str], *, is_raw: bool) -> None:
    """Write every change to standard output as CSV, with the reason before it. It holds addresses."""
    print_csv(_rows_of(plan, current), is_raw=is_raw)


def print_applied(screen: Console, applied: AppliedPlan) -> None:
    """Print what was changed, what was not, and what SES said of each job that is not done."""
    action = applied.action
    asked = action.puts + action.deletes
    print_line(
        screen,
        f"Changed {asked - applied.failed:,} of {count(asked, 'address', 'addresses')}. Recorded as "
        f"{action.id}, by {action.who}.",
    )
    if applied.singles.absent:
        print_line(screen, f"Gone already: {count(applied.singles.absent, 'address', 'addresses')}.")
    if applied.singles.refused:
        refused = count(applied.singles.refused, "address", "addresses")
        print_line(screen, f"SES refused {refused} as not valid.")
    for imported in applied.imports:
        if imported.failed:
            status = imported.status
            print_line(
                screen,
                f"Import job {status.job_id} is {status.status}: SES did not take {imported.failed:,} "
                f"of {count(imported.records, 'record')}. {status.message}".rstrip(),
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
    if not prepared.plan.changes:
        yield "So there is nothing to change."
    if routes.by_import:
        yield f"{count(len(routes.by_import), 'change')} by import jobs of SES."
    if routes.by_call:
        hours = len(routes.by_call) * _SECONDS_A_CALL / 3600
        about = f": about {hours:,.1f} hours, at one call a second" if hours >= 0.1 else ""
        yield f"{count(len(routes.by_call), 'change')}, one address a call{about}."
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
