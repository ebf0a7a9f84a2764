"""Changes of a suppression list: as a table, as JSON, and as rows of CSV."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from rich.console import Console

from console.terminal.screen import print_indented, print_line, print_title
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.suppression.changes.cause import ChangeCause, describe_cause
from ses_reputation.suppression.changes.comparison import SnapshotChanges
from ses_reputation.suppression.changes.row_change import RowChange, change_to_json
from ses_reputation.suppression.forgotten import show_address
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.wording import count

MOST_SHOWN = 50
_SIGNS = {"added": "+", "removed": "-", "reason_changed": "*"}
_CAUSE_FIELDS = (
    "kind",
    "evidence",
    "occurred_at",
    "message_id",
    "outcome",
    "sending_account",
    "owner_account",
    "identity",
    "configuration_set",
    "action_kind",
    "who",
    "why",
)

Changes = Iterable[tuple[RowChange, ChangeCause]]


def print_changes(screen: Console, run: SnapshotRun, changes: SnapshotChanges, rows: Changes) -> None:
    """Print what changed in numbers, then the first changes with their causes."""
    print_title(screen, f"{run.target.name}, {run.run_id}")
    if changes.not_compared:
        print_indented(screen, f"Not compared. {changes.not_compared}", 0)
        return
    counted = f"{changes.added:,} added, {changes.removed:,} removed"
    reasons = f"{changes.reason_changed:,} with another reason"
    print_indented(screen, f"Since {changes.predecessor}: {counted}, {reasons}.", 0)
    if changes.by_cause:
        table = make_table("cause", "changes")
        for kind, found in sorted(changes.by_cause.items(), key=lambda each: -each[1]):
            table.add_row(kind.replace("_", " "), number(found))
        screen.print(table)
    for change, cause in islice(rows, MOST_SHOWN):
        _print_change(screen, change, cause)
    left = changes.added + changes.removed + changes.reason_changed - MOST_SHOWN
    if left > 0:
        print_line(screen, f"And {count(left, 'more change')}: --csv or --json prints all.")


def _print_change(screen: Console, change: RowChange, cause: ChangeCause) -> None:
    reasons = [change.previous_reason, change.reason]
    shown = show_address(change.email_address)
    print_line(screen, f"{_SIGNS[change.kind]} {shown}  {' -> '.join(filter(None, reasons))}")
    print_indented(screen, describe_cause(cause), columns=4)


def describe_changes(run: SnapshotRun, changes: SnapshotChanges, rows: Changes) -> dict[str, Any]:
    """Return it as JSON: the list and the run, what the manifest says, and each change as it is stored."""
    target = run.target
    return {
        "list": {"account": target.account, "region": target.region, "tenant": target.tenant or None},
        "run": run.run_id,
        **changes.to_json(),
        "changes": [change_to_json(*row) for row in rows],
    }


def change_rows(rows: Changes) -> Iterator[tuple[str, ...]]:
    """Yield a heading, and a row for each change."""
    yield (
        "EmailAddress",
        "Change",
        "Reason",
        "PreviousReason",
        "LastUpdateTime",
        *(f"cause_{name}" for name in _CAUSE_FIELDS),
    )
    for change, cause in rows:
        address, kind, reason, previous, updated_at = change
        yield (
            show_address(address),
            str(kind),
            reason,
            previous,
            updated_at,
            *(str(getattr(cause, name)) for name in _CAUSE_FIELDS),
        )
