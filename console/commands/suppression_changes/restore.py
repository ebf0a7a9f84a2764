"""`ses-reputation suppression restore`: a list as a snapshot has it."""

from typing import Annotated

import typer

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
)
from console.commands.suppression_changes.running import read_list, run_change
from console.commands.suppression_lookup.options import (
    LATEST,
    ListAccountOption,
    ListRegionOption,
    ListTenantOption,
    check_run,
    choose_list,
)
from console.options import JsonOption, StackOption, check_account, check_region
from console.stack.connection import connect
from ses_reputation.suppression.restore.actions import ActionKind
from ses_reputation.suppression.restore.plan import PlanRules, plan_changes
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.targets import Target


# Typer makes an option of every parameter.
def restore_list(  # noqa: PLR0913, PLR0917
    snapshot: Annotated[
        str, typer.Argument(metavar="SNAPSHOT", callback=check_run, help="A run, or `latest`.")
    ],
    stack: StackOption = None,
    account: ListAccountOption = None,
    region: ListRegionOption = None,
    tenant: ListTenantOption = "",
    to: Annotated[
        str | None,
        typer.Option(
            metavar="ACCOUNT", callback=check_account, help="Into another account's list. Default: its own."
        ),
    ] = None,
    to_region: Annotated[
        str | None, typer.Option(metavar="REGION", callback=check_region, help="Into another Region's list.")
    ] = None,
    to_tenant: Annotated[
        str | None, typer.Option(metavar="NAME", help="Into a tenant's list; '' is the account's own.")
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Remove what the snapshot does not have.")] = False,
    weaken: Annotated[
        bool, typer.Option("--weaken", help="Let a COMPLAINT become a BOUNCE where the snapshot says so.")
    ] = False,
    role: RoleOption = DEFAULT_ROLE,
    apply: ApplyOption = False,
    why: WhyOption = "",
    one_by_one: OneByOneOption = False,
    csv: CsvOption = False,
    raw: RawOption = False,
    files: FilesOption = None,
    json: JsonOption = False,
) -> None:
    """Put a snapshot's addresses back on a list. Without --apply, show what would change, and change nothing.

    SNAPSHOT is one of the list that --account, --region and --tenant name. SES dates restored entries anew.
    """
    choices = ChangeChoices(apply, why, one_by_one, csv, raw, files, json)
    connection = connect(stack)
    source = choose_list(connection, account, region, tenant)
    target = Target(
        to or source.account,
        to_region or source.region,
        source.tenant if to_tenant is None else to_tenant,
    )
    manifest = load_manifest(connection.snapshots, source, None if snapshot == LATEST else snapshot)
    opened = open_list(connection, stack, role, target)
    current = read_list(opened)
    rows = ((row.email_address, row.reason) for row in stream_rows(connection.snapshots, manifest))
    rules = PlanRules(weakens=weaken, removes_others=exact)
    plan = plan_changes(target, rows, current, rules, opened.forgotten)
    run_change(opened, plan, current, ActionKind.RESTORE, choices, {"snapshot": manifest.run.manifest_key})
