"""`ses-reputation standing`: where each account and identity stands, and why."""

import typer

from console.options import AccountOption, IdentityOption, JsonOption, RegionOption, StackOption
from console.reports.explained.account_window import account_window_to_json
from console.reports.standing_detail import print_entity
from console.reports.standing_json import describe_entity, describe_transitions
from console.reports.standing_table import print_standings
from console.stack.account_window import read_account_window
from console.stack.assessment_time import last_assessed_at
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.stack.selection import EntityChoice, choose_states
from console.stack.ses_decisions import States, without_old_decisions
from console.terminal.screen import open_screen, print_json
from ses_reputation.hours import format_second
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.standing.assumptions import ASSUMPTIONS
from ses_reputation.standing.state import EntityState
from ses_reputation.visible_text import visible

_MOST_TRANSITIONS = 20

app = typer.Typer(help="Show where accounts and identities stand (estimates).", invoke_without_command=True)


# Typer makes an option of every parameter.
@app.callback()
def show_standings(
    context: typer.Context,
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    json: JsonOption = False,
) -> None:
    """Show where each account and identity stands: bounce and complaint rates (estimates), open findings."""
    if context.invoked_subcommand:
        if stack or account or region or identity or json:
            raise typer.BadParameter(f"Give options after the word {context.invoked_subcommand}.")
        return
    connection = connect(stack)
    known = connection.assessments.read_states()
    choice = EntityChoice(account or "", region or "", identity or "")
    states = choose_states(_current(known, connection), choice, connection.assessment_schedule)
    assessed_at = last_assessed_at(connection.assessments.read_watermark(), known.values())
    if json:
        entities = [describe_entity(state) for state in states]
        print_json({"assessed_at": format_second(assessed_at), "entities": entities})
    else:
        print_standings(open_screen(), states, assessed_at, current_time())


@app.command("explain")
def explain_standing(
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    json: JsonOption = False,
) -> None:
    """Explain one entity: rates by window, causes, the way to each threshold, findings, latest changes."""
    choice = EntityChoice(account or "", region or "", identity or "")
    if bool(choice.account) == bool(choice.identity):
        raise typer.BadParameter("Give either --account (with --region) or --identity.")
    connection = connect(stack)
    known = connection.assessments.read_states()
    states = choose_states(_current(known, connection), choice, connection.assessment_schedule)
    state = _only(states, choice.identity)
    assessed_at = last_assessed_at(connection.assessments.read_watermark(), known.values())
    transitions = connection.assessments.transitions(state.entity, _MOST_TRANSITIONS)
    window = read_account_window(
        connection.assessments, state.entity, connection.stack.parameters, current_time()
    )
    if json:
        more = {
            "window": account_window_to_json(window),
            "transitions": describe_transitions(transitions),
            "assumptions": list(ASSUMPTIONS),
        }
        print_json({"assessed_at": format_second(assessed_at), "entity": describe_entity(state) | more})
    else:
        print_entity(open_screen(), state, transitions, assessed_at, current_time(), window)


def _current(known: States, connection: Connection) -> States:
    return without_old_decisions(known, lambda: connection.registered_accounts)


def _only(states: list[EntityState], identity: str) -> EntityState:
    """Return the one state: of an identity that is named, its own before those of its addresses.

    Raises BadParameter where an account sends in several Regions, or a domain only by several addresses.
    """
    states = [state for state in states if state.entity.name == identity] or states
    if len(states) > 1 and identity:
        names = ", ".join(state.entity.name for state in states)
        raise typer.BadParameter(f"Only addresses of it have a standing: name one with --identity ({names}).")
    if len(states) > 1:
        regions = ", ".join(
            visible(state.entity.region) for state in states if state.entity.kind is EntityKind.ACCOUNT
        )
        raise typer.BadParameter(f"It sends in several Regions: name one with --region ({regions}).")
    return states[0]
