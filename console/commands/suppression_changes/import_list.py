"""`ses-reputation suppression import`: the list of a former provider."""

from pathlib import Path
from typing import Annotated

import typer

from console.actions.change_suppression import read_file
from console.actions.open_list import open_list
from console.commands.suppression_changes.options import (
    DEFAULT_ROLE,
    ApplyOption,
    ChangeChoices,
    CsvOption,
    FilesOption,
    OneByOneOption,
    RawOption,
    RoleOption,
    WhyOption,
    check_reason,
)
from console.commands.suppression_changes.running import read_list, run_change
from console.commands.suppression_lookup.options import (
    ListAccountOption,
    ListRegionOption,
    ListTenantOption,
    choose_list,
)
from console.options import JsonOption, StackOption
from console.reports.suppression.former_list import former_list_to_json, print_former_list
from console.stack.connection import connect
from console.terminal.screen import open_screen
from ses_reputation.suppression.restore.actions import ActionKind
from ses_reputation.suppression.restore.former_lists import KindRules, read_former_list
from ses_reputation.suppression.restore.plan import PlanRules, plan_changes


# Typer makes an option of every parameter.
def import_list(  # noqa: PLR0913, PLR0917
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON, as the provider exports it.")],
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    unsubscribed_as: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", callback=check_reason, help="Take those who unsubscribed in, as this reason."
        ),
    ] = None,
    unknown_as: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            callback=check_reason,
            help="Take those in for whom the file says no reason, as this one.",
        ),
    ] = None,
    role: RoleOption = DEFAULT_ROLE,
    apply: ApplyOption = False,
    why: WhyOption = "",
    one_by_one: OneByOneOption = False,
    csv: CsvOption = False,
    raw: RawOption = False,
    files: FilesOption = None,
    json: JsonOption = False,
) -> None:
    """Take over the list of a former provider. Without --apply, only show what would change.

    Knows exports of SendGrid, Mailchimp, Postmark, Mailgun and SparkPost by their columns, and plain lists.
    """
    choices = ChangeChoices(apply, why, one_by_one, csv, raw, files, json)
    found = read_former_list(read_file(file))
    rules = KindRules(unsubscribed_as or "", unknown_as or "")
    if not (json or csv):
        print_former_list(open_screen(), found, rules)
    connection = connect(stack)
    target = choose_list(connection, account, region, tenant)
    opened = open_list(connection, stack, role, target)
    current = read_list(opened)
    plan_rules = PlanRules(ignores_case=True)
    plan = plan_changes(target, found.wanted(rules), current, plan_rules, opened.forgotten)
    run_change(opened, plan, current, ActionKind.IMPORT, choices, {"file": former_list_to_json(found)})
