"""An account's part in an identity, as `standing explain --identity --account` prints it."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from console.reports.explained.reasons import print_reasons, reasons_to_json
from console.reports.rate_detail import print_measure
from console.reports.standing_json import describe_entity, measures_of
from console.stack.stories.part_standing import PartStanding
from console.terminal.screen import print_indented, print_line, print_title
from ses_reputation.hours import format_second
from ses_reputation.shell_words import our_command
from ses_reputation.wording import count, moment

_MOST_NAMED = 8
_REACH = "the last 30 days"
_ABOUT = (
    "Of the latest mail within 30 days, as the statements of owner and sender have it: rated by itself and "
    "without hysteresis, while the entity is rated with everybody's mail of a year."
)
_BEHIND = (
    "Each counts all mail, also what is in no rate. `entries` shows what SES reported of one recipient or "
    "message, `entries export` that of all."
)


def print_part(screen: Console, part: PartStanding, stack: str) -> None:
    """Print a part: its standing by each measure, and the commands that show what is behind it.

    stack: as the reader named it, "" for the one kept on this machine.
    """
    standing = part.mail.standing.upper() if part.mail.standing else "no standing: no mail that SES rates"
    print_title(screen, f"{part.title[0].upper()}{part.title[1:]}: {standing}")
    screen.print(f"Estimates, as of {moment(part.at)}.", style="dim")
    print_indented(screen, _ABOUT, 0, style="dim")
    if list(part.identities) != [part.choice.identity]:
        print_indented(screen, f"Mail of {_named(part)}.", 0)
    for measure, view in measures_of(part.state).items():
        print_measure(screen, part.state, measure, view, _REACH)
    print_reasons(screen, part.reasons)
    commands = list(_commands(part, stack))
    if commands:
        print_title(screen, "Behind these figures")
        print_indented(screen, _BEHIND, 0, style="dim")
    for command in commands:
        print_line(screen, f"  {command}")


def part_to_json(part: PartStanding, stack: str) -> dict[str, Any]:
    """Return a part as plain JSON; docs/command-line.md says what it holds."""
    described = describe_entity(part.state)
    return {
        "at": format_second(part.at),
        "part": {
            "account": part.choice.account,
            "region": part.choice.region or None,
            "identity": part.choice.identity,
            "identities": list(part.identities),
            "standing": part.mail.standing,
            "measures": described["measures"],
            "reasons": reasons_to_json(part.reasons),
            "commands": list(_commands(part, stack)),
        },
    }


def _named(part: PartStanding) -> str:
    named = ", ".join(part.identities[:_MOST_NAMED])
    more = len(part.identities) - _MOST_NAMED
    return f"{named} and {count(more)} more" if more > 0 else named


def _commands(part: PartStanding, stack: str) -> Iterator[str]:
    """Yield what shows the mail of the longest window that a rate is over, identity by identity."""
    windows = [view["windows"]["volume"] for view in part.mail.measures.values() if view["sends"]]
    if not windows:
        return
    first = min(window["first_hour"] for window in windows)
    last = max(window["last_hour"] for window in windows)
    place = {"account": part.choice.account, "region": part.choice.region}
    for identity in part.identities:
        options = {**place, "identity": identity, "from": first, "to": last, "stack": stack}
        yield our_command("balances", options)
