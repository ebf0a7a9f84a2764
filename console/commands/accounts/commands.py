"""`ses-reputation accounts`: owners and delegates are registered, and how they are connected."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import boto3
import typer
from botocore.exceptions import UnknownRegionError

from console.actions.registration.parameter_accounts import put_accounts
from console.actions.registration.register_accounts import Registration, list_environments, register_accounts
from console.actions.registration.samconfig import SamConfig
from console.commands.accounts.ledger import (
    AccountsArgument,
    ConfigOption,
    EnvironmentOption,
    LedgerStackOption,
    connect_ledger,
)
from console.commands.accounts.removing import remove_delegates, remove_owners
from console.errors import ConsoleError
from console.local_aws.deployment import SAMCONFIG
from console.options import JsonOption, check_accounts, check_region
from console.reports.accounts import Registered, describe_added, print_accounts, print_added
from console.stack.account_clients import reading_clients
from console.stack.clock import current_time
from console.stack.connection import Connection
from console.stack.parameter_accounts import read_parameter_accounts
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.accounts.registry import (
    FeedSeen,
    Party,
    PartyRole,
    QueueSubscription,
    read_parties,
    statuses,
)
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.subscriptions import SubscriptionReader
from ses_reputation.findings.feed_coverage.feed_health import view_feeds
from ses_reputation.registration.store import find_unusable
from ses_reputation.rollup.sender_mail import read_mail

app = typer.Typer(help="Register owners' and delegates' accounts; list how they stand.", no_args_is_help=True)
add = typer.Typer(help="Register accounts, and print how to connect them.", no_args_is_help=True)
remove = typer.Typer(help="Take accounts out, and print how that loses nothing.", no_args_is_help=True)
app.add_typer(add, name="add")
app.add_typer(remove, name="remove")
remove.command("owner")(remove_owners)
remove.command("delegate")(remove_delegates)

_DAYS = 31
_AT_ONCE = 8
IdentitiesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--identity", metavar="IDENTITY", help="A verified domain or address of theirs; repeatable."
    ),
]
OwnersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--owner",
        metavar="ACCOUNT",
        callback=check_accounts,
        help="Let them send with this owner's identities (default: every registered owner's); repeatable.",
    ),
]
DelegatesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--delegate",
        metavar="ACCOUNT",
        callback=check_accounts,
        help="Register this delegate too; repeatable.",
    ),
]
PlaceOption = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="REGION",
        callback=check_region,
        help="The Region of their SES. Default: the ledger's.",
    ),
]
OperatorOption = Annotated[
    str | None,
    typer.Option(
        "--operator-role", metavar="ARN", help="A role of the ledger's account that may read there, too."
    ),
]


# Typer makes an option of every parameter.
@add.command("owner")
def add_owners(  # noqa: PLR0913, PLR0917
    accounts: AccountsArgument,
    identity: IdentitiesOption = None,
    delegate: DelegatesOption = None,
    region: PlaceOption = None,
    operator_role: OperatorOption = None,
    stack: LedgerStackOption = None,
    environment: EnvironmentOption = "default",
    config: ConfigOption = SAMCONFIG,
    json: JsonOption = False,
) -> None:
    """Register accounts that own identities.

    It changes samconfig.toml; in AWS nothing, but with OrganizationId one parameter an account.
    """
    wanted = Registration(
        PartyRole.OWNER, tuple(accounts), region or "", tuple(identity or ()), (), operator_role or ""
    )
    senders = Registration(
        PartyRole.DELEGATE, tuple(delegate or ()), region or "", (), tuple(accounts), operator_role or ""
    )
    _add([wanted, *([senders] if delegate else [])], stack, environment, config, is_json=json)


@add.command("delegate")
def add_delegates(  # noqa: PLR0913, PLR0917
    accounts: AccountsArgument,
    owner: OwnersOption = None,
    identity: IdentitiesOption = None,
    region: PlaceOption = None,
    operator_role: OperatorOption = None,
    stack: LedgerStackOption = None,
    environment: EnvironmentOption = "default",
    config: ConfigOption = SAMCONFIG,
    json: JsonOption = False,
) -> None:
    """Register accounts that send with an owner's identities.

    It changes samconfig.toml; in AWS nothing, but with OrganizationId one parameter an account.
    """
    wanted = Registration(
        PartyRole.DELEGATE,
        tuple(accounts),
        region or "",
        tuple(identity or ()),
        tuple(owner or ()),
        operator_role or "",
    )
    _add([wanted], stack, environment, config, is_json=json)


@app.command("list")
def list_accounts(
    stack: LedgerStackOption = None,
    environment: EnvironmentOption = "default",
    config: ConfigOption = SAMCONFIG,
    json: JsonOption = False,
) -> None:
    """List registered accounts: who is connected, and since when the ledger has heard nothing.

    It reads the topics' subscriptions in each account, with one call a second to SES.
    """
    settings = SamConfig(config)
    connection, now = connect_ledger(settings, environment, stack), current_time()
    in_parameters = read_parameter_accounts(connection.clients, connection.stack)
    parties = _parties(connection, settings, environment, in_parameters)
    subscriptions = _read_subscriptions(connection, parties)
    table = connection.assessments
    mail = read_mail(table, table.senders(), now, _DAYS)
    seen = [
        FeedSeen(*view.sender, view.sender_last_reported, view.owner_last_reported)
        for view in view_feeds(mail.hours, mail.days, now)
    ]
    found = statuses(subscriptions, seen, now)
    if json:
        print_json({"accounts": [each.to_json() for each in found]})
    else:
        print_accounts(open_screen(), found, find_unusable(in_parameters))


def _read_subscriptions(connection: Connection, parties: list[Party]) -> dict[Party, QueueSubscription]:
    clients = reading_clients(connection, connection.stack.name)
    reader = SubscriptionReader(clients, connection.output("FeedbackQueueArn"), lambda: CallPace(time.sleep))
    narrator = Narrator(open_screen(on_stderr=True))
    with (
        narrator.step("Read the subscriptions of the ledger's queue"),
        ThreadPoolExecutor(_AT_ONCE) as threads,
    ):
        return dict(zip(parties, threads.map(reader.read, parties), strict=True))


def _add(
    wanted: list[Registration], stack: str | None, environment: str, path: Path, *, is_json: bool
) -> None:
    config = SamConfig(path)
    connection = connect_ledger(config, environment, stack)
    added = []
    for each in wanted:
        where = _checked_region(each.region or connection.region, connection)
        placed = Registration(
            each.role, each.accounts, where, each.identities, each.owners, each.operator_role_arn
        )
        added += register_accounts(config, connection, environment, placed)
    config.save()
    overrides = config.overrides(environment)
    parameters = put_accounts(connection, overrides, wanted)
    is_deployed = overrides.items() <= connection.stack.parameters.items()
    registered = Registered(str(path), connection.stack.name, parameters, is_deployed)
    if is_json:
        print_json(describe_added(added, environment, registered))
    else:
        print_added(open_screen(), added, environment, registered)


def _checked_region(region: str, connection: Connection) -> str:
    session = boto3.Session()
    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        raise ConsoleError(f"{region} is no Region of AWS.") from None
    own = connection.output("FeedbackQueueArn").split(":")[1]
    if partition != own:
        raise ConsoleError(
            f"{region} is in the partition {partition}, and the ledger in {own}: SNS does not deliver from "
            "one to the other. Deploy a ledger there, too."
        )
    return region


def _parties(
    connection: Connection, config: SamConfig, environment: str, found: dict[str, str]
) -> list[Party]:
    """Whom the stack registers; where samconfig.toml has more of them (Region, identities), that."""
    registered = read_parties(connection.stack.parameters, connection.account_id, connection.region, found)
    known = [each.party for each in list_environments(config, environment)]
    described = {(party.role, party.account) for party in known}
    names = {(party.role, party.account) for party in registered}
    bare = [party for party in registered if (party.role, party.account) not in described]
    return [*bare, *(party for party in known if (party.role, party.account) in names)]
