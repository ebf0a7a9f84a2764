"""`ses-reputation protection`: what was paused, and how to undo it."""

from typing import Annotated

import boto3
import typer

from console.actions.resume_sending import AccountSet, find_pause, resume_configuration_set
from console.local_aws.clients import Clients
from console.options import JsonOption, StackOption, YesOption, check_account, check_region, check_unasked
from console.reports.protection import describe_resumed, print_protection
from console.reports.standing_json import describe_protection
from console.stack.caller import identify_caller
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.stack.selection import EntityChoice, choose_states
from console.terminal.screen import open_screen, print_indented, print_json
from console.terminal.wording import age
from ses_reputation.accounts.reach import AccountReach, CrossAccountRole
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.protection.store import SESSION_NAME, SendingPause
from ses_reputation.rollup.entities import EntityKind, account_entity

app = typer.Typer(help="Show what protection paused, and undo it.", no_args_is_help=True)

ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--account-profile", metavar="NAME", help="An AWS profile of that account, if yours is another."
    ),
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
def resume_sending(  # noqa: PLR0913, PLR0917
    configuration_set: Annotated[str, typer.Argument(metavar="CONFIGURATION_SET", help="The paused set.")],
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", callback=check_account, help="The set's account.")
    ],
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", callback=check_region, help="The Region of the set.")
    ],
    stack: StackOption = None,
    account_profile: ProfileOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Let a configuration set that protection paused send again. Asks for confirmation.

    Calls SES with your credentials if they are of that account (also by --account-profile), else through the
    stack's ProtectionRoleName there.
    """
    check_unasked(json=json, yes=yes)
    connection, screen = connect(stack), open_screen(on_stderr=json)
    table, paused = connection.assessments, AccountSet(account_entity(account, region), configuration_set)
    taken = find_pause(table, paused)
    ago = age(taken.at, current_time())
    print_indented(screen, f"{configuration_set} of {paused.entity.title} was paused {ago}.", 0)
    print_indented(screen, f"Cause: {taken.cause}", 0)
    if not yes:
        typer.confirm("Let it send again?", abort=True)
    who = identify_caller(connection.clients.sts).title
    done = resume_configuration_set(
        table,
        paused,
        who,
        _open_sending(connection, account_profile),
        current_time,
        connection.stack.name,
    )
    if json:
        print_json(describe_resumed(paused, taken, who, done.at))
        return
    screen.print("It sends again. The next assessment publishes this where the pause was published.")


def _open_sending(connection: Connection, profile: str | None) -> SendingPause:
    clients = _clients(connection, profile)
    given = connection.stack.parameters
    role = CrossAccountRole(given.get("ProtectionRoleName", ""), given.get("ExternalId", ""))
    own = identify_caller(clients.sts).account
    return SendingPause(AccountReach(own, role, SESSION_NAME, clients.connect))


def _clients(connection: Connection, profile: str | None) -> Clients:
    if not profile:
        return connection.clients
    return Clients(boto3.Session(profile_name=profile, region_name=connection.region), None)
