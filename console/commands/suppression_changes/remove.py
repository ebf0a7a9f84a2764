"""`ses-reputation suppression remove`: addresses that may be mailed again."""

from typing import Annotated

import typer

from console.actions.change_suppression import find_in_snapshots, read_addresses, spellings_to_remove
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
)
from console.commands.suppression_changes.running import read_list, run_change
from console.commands.suppression_lookup.options import (
    ListAccountOption,
    ListRegionOption,
    ListTenantOption,
    choose_list,
    known_lists,
)
from console.options import JsonOption, StackOption
from console.reports.suppression.spellings import lists_to_json, print_other_lists, print_spellings
from console.stack.connection import connect
from console.terminal.screen import open_screen
from ses_reputation.suppression.lookup.newest_run import read_newest_run
from ses_reputation.suppression.restore.actions import ActionKind
from ses_reputation.suppression.restore.plan import plan_removal
from ses_reputation.suppression.restore.routes import IMPORT_FROM


# Typer makes an option of every parameter.
def remove_addresses(  # noqa: PLR0913, PLR0917
    addresses: AddressesArgument = None,
    file: FileOption = None,
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    live: Annotated[
        bool, typer.Option("--live", help="Read the whole list from SES, in place of the latest snapshot.")
    ] = False,
    role: RoleOption = DEFAULT_ROLE,
    apply: ApplyOption = False,
    why: WhyOption = "",
    one_by_one: OneByOneOption = False,
    json: JsonOption = False,
) -> None:
    """Remove addresses from a list, in all their spellings. Without --apply, only show what would change.

    Sending ignores case, and the list does not: `foo@` and `Foo@` are two entries. Other lists that have an
    address are named, since they hold its mail back, too.
    """
    choices = ChangeChoices(apply, why, one_by_one, csv=False, raw=False, files=None, json=json)
    wanted = read_addresses(addresses or [], file)
    connection = connect(stack)
    target = choose_list(connection, account, region, tenant)
    opened = open_list(connection, stack, role, target)
    unread = read_newest_run(connection.snapshots)
    targets = dict.fromkeys([target, *known_lists(connection, unread)])
    everywhere = find_in_snapshots(connection.snapshots, targets, wanted)
    here = everywhere.pop(target)
    # Snapshots do not say how the address of somebody who was forgotten is spelled.
    is_forgotten = any(map(opened.forgotten.knows, wanted))
    is_read_whole = live or is_forgotten or here.problem or len(wanted) >= IMPORT_FROM
    current = read_list(opened) if is_read_whole else opened.read_reasons(wanted)
    spellings = spellings_to_remove(wanted, current, here.rows)
    plan = plan_removal(target, spellings)
    if not json:
        print_spellings(open_screen(), wanted, spellings)
    more = {"other_lists": lists_to_json(everywhere), "spellings": sorted(spellings)}
    try:
        run_change(opened, plan, current, ActionKind.REMOVE, choices, more)
    finally:
        if not json:
            print_other_lists(open_screen(), everywhere)
