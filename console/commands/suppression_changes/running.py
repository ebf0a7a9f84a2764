"""What all commands that change lists do with a plan: show it, and carry it out if that is asked for."""

from collections.abc import Mapping
from typing import Any

import typer

from console.actions.change_suppression import carry_out, prepare_change, write_import_files
from console.actions.open_list import OpenList
from console.commands.suppression_changes.options import ChangeChoices
from console.reports.suppression.changes import (
    action_to_json,
    plan_to_json,
    print_applied,
    print_plan,
    write_changes,
)
from console.stack.caller import identify_caller
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.suppression.restore.actions import ActionKind, ActionOutcome, Intent
from ses_reputation.suppression.restore.applying import AppliedPlan
from ses_reputation.suppression.restore.plan import ChangePlan
from ses_reputation.wording import count


def read_list(opened: OpenList) -> dict[str, str]:
    """Read a whole list from SES, with its progress on standard error."""
    with Narrator(open_screen(on_stderr=True)).step("Read the suppression list") as step:
        current = opened.read_current(
            lambda rows: step.advance_to(rows, None, f"Read the suppression list: {count(rows, 'row')}")
        )
        step.outcome = f"Read the suppression list: {count(len(current), 'address', 'addresses')}"
    return current


def run_change(
    opened: OpenList,
    plan: ChangePlan,
    current: Mapping[str, str],
    kind: ActionKind,
    choices: ChangeChoices,
    more: Mapping[str, Any],
) -> None:
    """Show a plan, and carry it out where the choices say so; more: what `--json` holds besides.

    Raises typer.Exit with 1 where not all was done.
    """
    intent = _intent_of(opened, kind, choices)
    prepared = prepare_change(plan, opened.read_facts(), one_by_one=choices.one_by_one)
    screen = open_screen()
    if choices.csv:
        write_changes(plan, current, is_raw=choices.raw)
    elif not choices.json:
        print_plan(screen, prepared)
    _write_files(plan, choices)
    applied = None
    if intent and plan.changes:
        with Narrator(open_screen(on_stderr=True)).step("Change the list", len(plan.changes)) as step:
            applied = carry_out(
                prepared,
                intent,
                opened,
                lambda made, how: step.advance_to(made, None, f"Change the list: {how}"),
            )
    if choices.json:
        print_json({"plan": plan_to_json(prepared), "action": action_to_json(applied), **more})
    elif applied:
        print_applied(screen, applied)
    elif plan.changes and not choices.csv:
        screen.print("Nothing was changed. To change the list, add --apply and --why.")
    _exit_unless_done(applied)


def _intent_of(opened: OpenList, kind: ActionKind, choices: ChangeChoices) -> Intent | None:
    """Return who wants the change and why: refused before anything is read, if the reason is."""
    if not choices.apply:
        return None
    return Intent(kind, identify_caller(opened.connection.clients.sts).title, choices.why.strip())


def _write_files(plan: ChangePlan, choices: ChangeChoices) -> None:
    if choices.files is not None:
        written = write_import_files(plan, choices.files)
        screen = open_screen(on_stderr=True)
        screen.print(f"{count(len(written), 'file')} written to {choices.files}. They hold addresses.")


def _exit_unless_done(applied: AppliedPlan | None) -> None:
    if applied and applied.action.outcome is not ActionOutcome.DONE:
        raise typer.Exit(1)
