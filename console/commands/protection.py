"""`ses-reputation protection`: what was paused, how to undo it, and policies without a delegate."""

from typing import Annotated

import boto3
import typer

from console.actions.draft_revocation import draft_policies
from console.actions.resume_sending import AccountSet, find_pause, resume_configuration_set
from console.errors import ConsoleError
from console.local_aws.clients import Clients
from console.options import JsonOption, StackOption, check_account, check_identity
from console.reports.policy_draft import describe_draft, print_draft
from console.reports.protection import print_protection
from console.reports.standing_json import describe_protection
from console.stack.caller import identify_caller
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.stack.identity_policies import read_policies
from console.stack.selection import EntityChoice, choose_states
from console.terminal.screen import open_screen, print_indented, print_json
from console.terminal.wording import age
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.protection.store import SendingPause
from ses_reputation.rollup.entities import EntityKind, account_entity

app = typer.Typer(
    help="Show what protection paused, undo it, draft a delegate's revocation.", no_args_is_help=True
)

ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="An AWS profile of that account, if yours is another."),
]


@app.command("show")
def show_protection(stack: StackOption = None, json: JsonOption = False) -> None:
    """Show what protection did about configuration sets that cause a standing of pause."""
    connection = connect(stack)
    states = choose_states(
        connection.assessments.read_states(), EntityChoice(), connection.assessment_schedule
    )
    accounts = [state for state in states if state.entity.kind is EntityKind.ACCOUNT]
    mode = connection.stack.parameters.get("Protection", ProtectionMode.REPORT)
    if json:
        steps = [
            {"account": state.entity.name, "region": state.entity.region, **step}
            for state in accounts
            for step in describe_protection(state)
        ]
        print_json({"mode": mode, "steps": steps})
    else:
        print_protection(open_screen(), ProtectionMode(mode), accounts, current_time())


# Typer makes an option of every parameter.
@app.command("resume")
def resume_sending(
    configuration_set: Annotated[str, typer.Argument(metavar="CONFIGURATION_SET", help="The paused set.")],
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", callback=check_account, help="The set's account.")
    ],
    region: Annotated[str, typer.Option("--region", metavar="REGION", help="The Region of the set.")],
    stack: StackOption = None,
    profile: ProfileOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let a configuration set that protection paused send again. Asks for confirmation.

    Calls SES with your credentials if they are of that account (also by --profile), else through the stack's
    ProtectionRoleName there.
    """
    connection, screen = connect(stack), open_screen()
    table, paused = connection.assessments, AccountSet(account_entity(account, region), configuration_set)
    taken = find_pause(table, paused)
    ago = age(taken.at, current_time())
    print_indented(screen, f"{configuration_set} of {paused.entity.title} was paused {ago}.", 0)
    print_indented(screen, f"Cause: {taken.cause}", 0)
    if not yes:
        typer.confirm("Let it send again?", abort=True)
    resume_configuration_set(
        table,
        paused,
        identify_caller(connection.clients.sts).title,
        _open_sending(connection, profile),
        current_time,
        connection.stack.name,
    )
    screen.print("It sends again. The next assessment publishes this where the pause was published.")


@app.command("draft")
def draft_revocation(
    identity: Annotated[
        str,
        typer.Option("--identity", metavar="IDENTITY", callback=check_identity, help="The owner's identity."),
    ],
    delegate: Annotated[
        str,
        typer.Option("--delegate", metavar="ACCOUNT", callback=check_account, help="The account to revoke."),
    ],
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Default: the stack's Region.")
    ] = None,
    stack: StackOption = None,
    profile: ProfileOption = None,
    json: JsonOption = False,
) -> None:
    """Draft an identity's sending-authorization policies without a delegate. Applies nothing.

    Reads them with your credentials, which must be of the identity owner's account (also by --profile).
    """
    connection = connect(stack)
    clients = _clients(connection, profile)
    where = region or connection.region
    caller = identify_caller(clients.sts)
    arn = f"arn:{caller.partition}:ses:{where}:{caller.account}:identity/{identity}"
    read = read_policies(clients.connect("sesv2", region_name=where), identity)
    draft = draft_policies(read, arn, delegate)
    if draft is None:
        raise ConsoleError(
            f"{arn} has no sending-authorization policy: nobody but its own account can send with it there."
        )
    if json:
        print_json(describe_draft(read, draft))
    else:
        print_draft(open_screen(), read, draft)


def _open_sending(connection: Connection, profile: str | None) -> SendingPause:
    clients = _clients(connection, profile)
    role = connection.stack.parameters.get("ProtectionRoleName", "")
    return SendingPause(clients.connect, identify_caller(clients.sts).account, role)


def _clients(connection: Connection, profile: str | None) -> Clients:
    if not profile:
        return connection.clients
    return Clients(boto3.Session(profile_name=profile, region_name=connection.region), None)
