"""What `sync` proposes and did, a list a row; addresses are in the files only."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from console.actions.sync_lists import SyncedList
from console.terminal.screen import print_line
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.suppression.restore.actions import ActionOutcome
from ses_reputation.suppression.restore.plan import ChangePlan
from ses_reputation.suppression.targets import Target


def print_proposals(screen: Console, plans: Sequence[ChangePlan], files: Mapping[Target, list[Path]]) -> None:
    """Print how many addresses each list lacks, and where the files are."""
    if not plans:
        print_line(screen, "No sender's list lacks what mail of the same identity put on another's.")
        return
    table = make_table("list", "added", "strengthened")
    for plan in plans:
        table.add_row(plan.target.name, number(plan.counts.added), number(plan.counts.strengthened))
    screen.print(table)
    for written in files.values():
        for path in written:
            print_line(screen, f"in {path}")


def print_synced(screen: Console, synced: Sequence[SyncedList]) -> None:
    """Print what became of each list."""
    for each in synced:
        print_line(screen, f"{each.target.name}: {_word(each)}")


def _word(each: SyncedList) -> str:
    if each.error:
        return f"not changed. {each.error}"
    if each.applied is None:
        return "has all of it by now"
    asked = each.applied.action.puts
    return f"{asked - each.applied.failed:,} of {asked:,} put"


def is_done(each: SyncedList) -> bool:
    """Return whether a list has all that was proposed."""
    is_whole = each.applied is None or each.applied.action.outcome is ActionOutcome.DONE
    return not each.error and is_whole


def describe_sync(
    plans: Sequence[ChangePlan], files: Mapping[Target, list[Path]], synced: Sequence[SyncedList]
) -> dict[str, Any]:
    """Return it as JSON, without addresses; `outcome` is null where nothing was to be changed."""
    by_target = {each.target: each for each in synced}
    return {
        "lists": [
            {
                "account": plan.target.account,
                "region": plan.target.region,
                "added": plan.counts.added,
                "strengthened": plan.counts.strengthened,
                "files": [str(path) for path in files.get(plan.target, ())],
                "outcome": _word(by_target[plan.target]) if plan.target in by_target else None,
            }
            for plan in plans
        ]
    }
