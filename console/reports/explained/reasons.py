"""Why mail bounced, and what people complained of, as `standing explain` prints it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from console.terminal.screen import print_title
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.statement.view.rates import SliceView
from ses_reputation.visible_text import visible
from ses_reputation.wording import percent


def print_reasons(screen: Console, reasons: Sequence[SliceView]) -> None:
    """Print the reasons of the last 30 days, most first; nothing where there are none."""
    if not reasons:
        return
    print_title(screen, "Reasons, last 30 days")
    table = make_table("", "events", "share")
    for each in reasons:
        table.add_row(visible(each.title), number(each.events), percent(each.events / each.events_of_all, 1))
    table.caption = "share: of the hard bounces, or complaints, that rates count"
    table.caption_justify, table.caption_style = "left", "dim"
    screen.print(table)


def reasons_to_json(reasons: Sequence[SliceView]) -> list[dict[str, Any]]:
    """Return reasons as plain JSON; docs/command-line.md says what they hold."""
    return [
        {"kind": each.kind, "name": each.name, "events": each.events, "of": each.events_of_all}
        for each in reasons
    ]
