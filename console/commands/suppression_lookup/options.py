"""Arguments of the commands that read snapshots of suppression lists."""

from typing import Annotated

import typer

from console.options import check_account, check_address, check_region
from console.stack.connection import Connection
from ses_reputation.suppression.lookup.newest_run import UnreadLists
from ses_reputation.suppression.snapshot.location import is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import list_targets, load_manifest
from ses_reputation.suppression.targets import Target

LATEST = "latest"


def check_run(run: str) -> str:
    """Return a run id, or `latest`. Raises BadParameter where it is neither."""
    if run != LATEST and not is_run_id(run):
        raise typer.BadParameter(f"{run!r} is no run: give an id such as 20261122T070000Z, or {LATEST}.")
    return run


AddressArgument = Annotated[
    str,
    typer.Argument(metavar="ADDRESS", callback=check_address, help="In any spelling: case does not matter."),
]
RunArgument = Annotated[
    str, typer.Argument(metavar="[RUN]", callback=check_run, help="A run that `snapshots` names.")
]
ListAccountOption = Annotated[
    str | None,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        callback=check_account,
        help="Whose list. Default: the stack's own account.",
    ),
]
ListRegionOption = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="REGION",
        callback=check_region,
        help="Which Region's list. Default: the stack's own Region.",
    ),
]
ListTenantOption = Annotated[
    str,
    typer.Option("--tenant", metavar="NAME", help="A tenant's list. Default: that of the account itself."),
]


def choose_list(connection: Connection, account: str | None, region: str | None, tenant: str) -> Target:
    """Return the list that options name."""
    return Target(account or connection.account_id, region or connection.region, tenant)


def known_lists(connection: Connection, unread: UnreadLists) -> list[Target]:
    """Return the lists that have runs, finished or not, those that could not be read, and the stack's own."""
    own = Target(connection.account_id, connection.region)
    return list(dict.fromkeys((own, *list_targets(connection.snapshots), *unread.targets())))


def load_run(connection: Connection, target: Target, run: str) -> Manifest:
    """Load the manifest of a run, or of the latest. Raises SnapshotMissingError or SnapshotCorruptError."""
    return load_manifest(connection.snapshots, target, None if run == LATEST else run)
