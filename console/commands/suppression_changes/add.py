"""`ses-reputation suppression add`: addresses that are to be suppressed."""

from typing import Annotated

import typer

from console.actions.change_suppression import read_addresses
from console.actions.open_list import open_list
from console.commands.suppression_changes.options import (
    DEFAULT_ROLE,
    AddressesArgument,
    ApplyOption,
    ChangeChoices,
    FileOption,
    OneByOneOption,
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
from console.stack.connection import connect
from ses_reputation.suppression.restore.actions import ActionKind
from ses_reputation.suppression.restore.plan import PlanRules, plan_changes
from ses_reputation.suppression.restore.routes import IMPORT_FROM


# Typer makes an option of every parameter.
def add_addresses(  # noqa: PLR0913, PLR0917
    addresses: AddressesArgument = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="REASON", callback=check_reason, help="BOUNCE or COMPLAINT.")
    ] = "BOUNCE",
    file: FileOption = None,
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    role: RoleOption = DEFAULT_ROLE,
    apply: ApplyOption = False,
    why: WhyOption = "",
    one_by_one: OneByOneOption = False,
    json: JsonOption = False,
) -> None:
    """Add addresses to a list. Without --apply, show what would change, and change nothing.

    A COMPLAINT that is on the list stays one.
    """
    choices = ChangeChoices(apply, why, one_by_one, csv=False, raw=False, files=None, json=json)
    wanted = read_addresses(addresses or [], file)
    connection = connect(stack)
    target = choose_list(connection, account, region, tenant)
    opened = open_list(connection, stack, role, target)
    # Few are asked for by name; for many, reading the list takes fewer calls.
    current = opened.read_reasons(wanted) if len(wanted) < IMPORT_FROM else read_list(opened)
    asked = ((address, reason) for address in wanted)
    plan = plan_changes(target, asked, current, PlanRules(ignores_case=True), opened.forgotten)
    run_change(opened, plan, current, ActionKind.ADD, choices, {})
