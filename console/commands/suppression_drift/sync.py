"""`ses-reputation suppression sync`: what senders of an identity lack of each other's lists."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from console.actions.gather_drift import gather_drift
from console.actions.open_list import OpenList, open_list
from console.actions.private_files import make_private_folder, write_private_lines
from console.actions.sync_lists import SyncedList, apply_sync, plan_sync
from console.commands.suppression_changes.options import (
    DEFAULT_ROLE,
    ApplyOption,
    ChangeChoices,
    FilesOption,
    OneByOneOption,
    RoleOption,
    WhyOption,
)
from console.commands.suppression_drift.drift import DaysOption
from console.options import IdentityOption, JsonOption, StackOption, check_accounts
from console.reports.suppression_drift.sync import describe_sync, is_done, print_proposals, print_synced
from console.stack.caller import identify_caller
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.restore.actions import ActionKind, Intent
from ses_reputation.suppression.restore.import_files import make_import_files
from ses_reputation.suppression.restore.plan import ChangePlan
from ses_reputation.suppression.targets import Target


# Typer makes an option of every parameter.
def sync_lists(  # noqa: PLR0913, PLR0917
    stack: StackOption = None,
    identity: IdentityOption = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account", metavar="ACCOUNT", callback=check_accounts, help="Only its list. May repeat."
        ),
    ] = None,
    whole_lists: Annotated[
        bool,
        typer.Option("--whole-lists", help="All that senders of an identity have, whoever's mail it was."),
    ] = False,
    days: DaysOption = 90,
    role: RoleOption = DEFAULT_ROLE,
    files: FilesOption = None,
    apply: ApplyOption = False,
    why: WhyOption = "",
    one_by_one: OneByOneOption = False,
    json: JsonOption = False,
) -> None:
    """Propose to each sender of an identity what the others' lists have of that identity's mail.

    Nothing is removed, and no COMPLAINT becomes a BOUNCE. Without --apply, SES is not even asked.
    """
    choices = ChangeChoices(apply, why, one_by_one, csv=False, raw=False, files=files, json=json)
    connection = connect(stack)
    with DriftBook() as book:
        gather_drift(connection, book, current_time(), days, 0, lambda _: None)
        plans = plan_sync(book, identity or "", account or (), whole_lists=whole_lists)
    written = {plan.target: _write_files(plan, files) for plan in plans} if files else {}
    screen = open_screen()
    if not json:
        print_proposals(screen, plans, written)
    synced = _apply(connection, stack, role, plans, choices) if apply else []
    if json:
        print_json(describe_sync(plans, written, synced))
    else:
        print_synced(screen, synced)
    if not all(map(is_done, synced)):
        raise typer.Exit(1)


def _write_files(plan: ChangePlan, folder: Path) -> list[Path]:
    """Write a plan as files that CreateImportJob takes, in a folder of its list."""
    own = folder / f"{plan.target.account}-{plan.target.region}"
    make_private_folder(folder)
    make_private_folder(own)
    written = []
    for file in make_import_files(plan.target, "sync", plan.changes):
        path = own / file.key.rpartition("/")[2]
        write_private_lines(path, file.body.decode().splitlines())
        written.append(path)
    return written


def _apply(
    connection: Connection,
    stack: str | None,
    role: str,
    plans: Sequence[ChangePlan],
    choices: ChangeChoices,
) -> list[SyncedList]:
    intent = Intent(ActionKind.SYNC, identify_caller(connection.clients.sts).title, choices.why.strip())

    def open_target(target: Target) -> OpenList:
        return open_list(connection, stack, role, target)

    synced = []
    for plan in plans:
        with Narrator(open_screen(on_stderr=True)).step(
            f"Change {plan.target.name}", len(plan.changes)
        ) as step:

            def tell(made: int, how: str) -> None:
                step.advance_to(made, None, f"Change {plan.target.name}: {how}")  # noqa: B023

            synced.append(apply_sync(plan, intent, open_target, tell, one_by_one=choices.one_by_one))
    return synced
