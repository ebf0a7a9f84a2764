"""`ses-reputation findings`: what is open, and whose reminders a person has silenced."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from console.actions.mute_findings import OpenKey, find_key, mute, unmute
from console.options import AccountOption, IdentityOption, JsonOption, RegionOption, StackOption, check_hour
from console.reports.findings import describe_mute, describe_open, print_open, word_mute
from console.stack.caller import identify_caller
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.stack.selection import EntityChoice, choose_states
from console.terminal.screen import open_screen, print_indented, print_json
from ses_reputation.standing.state import EntityState, Mute

MOST_DAYS = 366
"""A mute that nobody will see end is a fault of the rule: that is changed instead."""
_LONGEST_REASON = 300

app = typer.Typer(help="Show open findings and standings, and mute their reminders.", no_args_is_help=True)

KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="As `findings list` prints it: bounces, bounce_spike ...")
]
UntilOption = Annotated[
    str,
    typer.Option(
        "--until", metavar="DAY", callback=check_hour, help="UTC day or hour at whose begin reminders return."
    ),
]


@app.command("list")
def list_open(
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    json: JsonOption = False,
) -> None:
    """Show what is open, and repeated daily, with the key that mutes it: standings and findings."""
    states = _choose(connect(stack), account, region, identity)
    if json:
        print_json({"findings": [each for state in states for each in describe_open(state)]})
    else:
        print_open(open_screen(), states)


# Typer makes an option of every parameter.
@app.command("mute")
def mute_finding(  # noqa: PLR0913, PLR0917
    key: KeyArgument,
    until: UntilOption,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why no reminder is needed.")],
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    json: JsonOption = False,
) -> None:
    """Silence the daily reminders of a finding or a standing. If it gets worse or ends, that is published."""
    now, connection = current_time(), connect(stack)
    end, reason = _check_end(until, now), _check_reason(why)
    chosen = find_key(_choose(connection, account, region, identity), key)
    wanted = Mute(end, now, identify_caller(connection.clients.sts).title, reason)
    mute(connection.assessments, chosen, wanted)
    _print_done(chosen, wanted, f"{word_mute(wanted)}. If it gets worse or ends, that is published.", json)


# Typer makes an option of every parameter.
@app.command("unmute")
def unmute_finding(
    key: KeyArgument,
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    json: JsonOption = False,
) -> None:
    """Have a muted finding or standing repeated daily again."""
    connection = connect(stack)
    chosen = find_key(_choose(connection, account, region, identity), key, is_muted=True)
    who = identify_caller(connection.clients.sts).title
    unmute(connection.assessments, chosen, who, current_time())
    _print_done(chosen, None, "Its reminders come again.", json)


def _choose(
    connection: Connection, account: str | None, region: str | None, identity: str | None
) -> list[EntityState]:
    choice = EntityChoice(account or "", region or "", identity or "")
    return choose_states(connection.assessments.read_states(), choice, connection.assessment_schedule)


def _check_end(until: str, now: datetime) -> datetime:
    """Return when a mute ends. Raises BadParameter where that is no time to come, or too far away."""
    try:
        end = datetime.fromisoformat(until if "T" not in until else f"{until}:00").replace(tzinfo=UTC)
    except ValueError:
        raise _no_end(f"{until!r} is not in the calendar.") from None
    if not now < end <= now + timedelta(days=MOST_DAYS):
        raise _no_end(f"{until!r} is not to come, or too far away: give a time within {MOST_DAYS} days.")
    return end


def _no_end(problem: str) -> typer.BadParameter:
    return typer.BadParameter(problem, param_hint="--until")


def _check_reason(why: str) -> str:
    """Return a reason in one line. Raises BadParameter where it is empty, or too long to be repeated."""
    reason = " ".join(why.split())
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise typer.BadParameter(f"Give a reason of 1 to {_LONGEST_REASON} characters.", param_hint="--why")
    return reason


def _print_done(chosen: OpenKey, mute: Mute | None, words: str, json: bool) -> None:
    if json:
        print_json({"entity": chosen.entity.to_json(), "key": chosen.key, "muted": describe_mute(mute)})
    else:
        print_indented(open_screen(), f"{chosen.key} of {chosen.entity.title}. {words}", 0)
