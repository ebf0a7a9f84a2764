"""`ses-reputation standing`: where each account and identity stands, and why."""

from datetime import timedelta
from typing import Annotated

import typer

from console.errors import NotFoundError
from console.options import (
    AccountOption,
    IdentityOption,
    JsonOption,
    RegionOption,
    StackOption,
    check_hour,
    has_subcommand,
)
from console.reports.explained.account_window import account_window_to_json
from console.reports.explained.history import day_to_json, print_history
from console.reports.explained.part import part_to_json, print_part
from console.reports.explained.reasons import reasons_to_json
from console.reports.standing_detail import Explanation, print_entity
from console.reports.standing_json import describe_entity, describe_entity_at, describe_transitions
from console.reports.standing_table import print_standings, print_standings_at
from console.stack.account_window import read_account_window
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.stack.selection import EntityChoice, choose_senders, choose_states
from console.stack.ses_decisions import States, without_old_decisions
from console.stack.stories.part_standing import PartStanding, choose_part, read_part
from console.stack.stories.past_standings import history_of, read_rules, states_at
from console.stack.stories.reasons import read_reasons
from console.terminal.screen import open_screen, print_json
from ses_reputation.hours import format_second, next_period, start_of
from ses_reputation.rollup.entities import EntityKind, entities_of
from ses_reputation.standing.assumptions import ASSUMPTIONS
from ses_reputation.standing.last_assessment import LastAssessment, last_assessment
from ses_reputation.standing.state import EntityState, TransitionKind
from ses_reputation.standing.store import latest_of_kinds
from ses_reputation.visible_text import visible

_MOST_TRANSITIONS = 20
_SHOWN = frozenset(TransitionKind) - {TransitionKind.REMINDER}
_MOST_PUBLISHED = 1_000

app = typer.Typer(help="Show where accounts and identities stand (estimates).", invoke_without_command=True)


# Typer makes an option of every parameter.
@app.callback()
def show_standings(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", callback=check_hour, help="At the end of this UTC hour or day, not now."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show where each account and identity stands: bounce and complaint rates (estimates), open findings.

    With --at, rates and standings are computed again from the days that are kept (--at 2026-11-20, or
    2026-11-20T14), by what is known today: feedback that came later counts.
    """
    if has_subcommand(context):
        return
    connection, choice = connect(stack), EntityChoice(account or "", region or "", identity or "")
    if at:
        _show_at(connection, choice, at, json)
        return
    known = connection.assessments.read_states()
    states = choose_states(_current(known, connection), choice, connection.assessment_schedule)
    assessment = _last_assessment(connection, known)
    if json:
        entities = [describe_entity(state) for state in states]
        print_json({"assessed_at": format_second(assessment.at), "entities": entities})
    else:
        print_standings(open_screen(), states, assessment, current_time())


@app.command("explain")
def explain_standing(
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    with_subdomains: Annotated[
        bool,
        typer.Option(
            "--with-subdomains",
            help="With --account and --identity: also the domain's subdomains and addresses.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Explain one entity: rates by window, causes, the way to each threshold, findings, latest changes.

    With both --identity and --account, explain what this account sends with the identity: its part, as
    statements have it.
    """
    if with_subdomains and not (account and identity):
        raise typer.BadParameter("--with-subdomains takes --account and --identity, a domain.")
    if account and identity:
        choice = EntityChoice(account, region or "", identity)
        part = _read_part(connect(stack), choice, is_grouped=with_subdomains)
        if json:
            print_json(part_to_json(part, stack or ""))
        else:
            print_part(open_screen(), part, stack or "")
        return
    choice, connection = _choose_one(account, region, identity), connect(stack)
    known = connection.assessments.read_states()
    states = choose_states(_current(known, connection), choice, connection.assessment_schedule)
    state = _only(states, choice.identity)
    assessment = _last_assessment(connection, known)
    table, now = connection.assessments, current_time()
    transitions = latest_of_kinds(table.transitions, state.entity, _SHOWN, _MOST_TRANSITIONS)
    window = read_account_window(table, state.entity, connection.stack.parameters, now)
    reasons = read_reasons(table, state.entity, now)
    if json:
        more = {
            "window": account_window_to_json(window),
            "reasons": reasons_to_json(reasons),
            "transitions": describe_transitions(transitions),
            "assumptions": list(ASSUMPTIONS),
        }
        print_json({"assessed_at": format_second(assessment.at), "entity": describe_entity(state) | more})
    else:
        print_entity(open_screen(), state, transitions, assessment, now, Explanation(window, reasons))


@app.command("history")
def show_history(
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=366, help="How many days, with today.")
    ] = 30,
    json: JsonOption = False,
) -> None:
    """Show one entity day by day: mail, bounces, complaints, rates, standing, and what was published.

    It is computed again from the days that are kept, by what is known today.
    """
    choice, now = _choose_one(account, region, identity), current_time()
    connection = connect(stack)
    table = connection.assessments
    states = choose_states(table.read_states(), choice, connection.assessment_schedule)
    entity = _only(states, choice.identity).entity
    history = history_of(table, entity, read_rules(connection.stack.parameters), days, now)
    if not history:
        raise NotFoundError(f"The ledger keeps no mail of {entity.title} in these days.")
    transitions = table.transitions(entity, _MOST_PUBLISHED)
    if json:
        described = [day_to_json(day) for day in history]
        print_json({"entity": entity.to_json(), "days": described})
    else:
        print_history(open_screen(), entity, history, transitions)


def _show_at(connection: Connection, choice: EntityChoice, period: str, json: bool) -> None:
    """Show the chosen entities as they stood when an hour or a day ended."""
    now, table = current_time(), connection.assessments
    at = start_of(next_period(period)) - timedelta(seconds=1)
    if start_of(period) > now:
        raise typer.BadParameter(f"{period} is still to come.", param_hint="--at")
    at = min(at, now)
    senders = table.senders()
    choose_senders(senders, choice, connection.assessment_schedule)
    chosen = [each for each in senders if any(map(choice.has_entity, entities_of([each])))]
    known = states_at(table, chosen, read_rules(connection.stack.parameters), at)
    states = [known[entity] for entity in sorted(known) if choice.has_entity(entity)]
    if not states:
        whose = f" of {choice.title()}" if choice.title() else ""
        raise NotFoundError(f"The ledger keeps no mail{whose} that was sent by the end of {period}.")
    if json:
        print_json({"at": format_second(at), "entities": list(map(describe_entity_at, states))})
    else:
        print_standings_at(open_screen(), states, at)


def _last_assessment(connection: Connection, known: States) -> LastAssessment:
    table = connection.assessments
    return last_assessment(table.read_watermark(), known.values(), table.senders())


def _read_part(connection: Connection, choice: EntityChoice, *, is_grouped: bool) -> PartStanding:
    """Read an account's part in an identity, or in all that a page groups under a domain."""
    table, parameters = connection.assessments, connection.stack.parameters
    senders = choose_part(table.senders(), choice, parameters, is_grouped=is_grouped)
    return read_part(table, senders, choice, read_rules(parameters), current_time())


def _choose_one(account: str | None, region: str | None, identity: str | None) -> EntityChoice:
    if bool(account) == bool(identity):
        raise typer.BadParameter("Give either --account (with --region) or --identity.")
    return EntityChoice(account or "", region or "", identity or "")


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
