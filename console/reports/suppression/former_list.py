"""What a file of a former provider holds: counts before anything is done, lines and never addresses."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.terminal.screen import print_line
from console.terminal.tables import make_table
from ses_reputation.suppression.restore.former_formats import EntryKind
from ses_reputation.suppression.restore.former_lists import FormerList, KindRules
from ses_reputation.wording import count

_MOST_LINES = 20
_REPAIRS = {
    "byte_order_marks": "mark of the byte order",
    "carriage_returns": "CR LF at the end of the line",
    "blank_lines": "blank line",
    "blanks_around": "blanks around a cell",
    "reasons_respelled": "reason in small letters",
    "domains_in_capitals": "address that SES spells otherwise",
}
_OPTIONS = {EntryKind.UNSUBSCRIBED: "--unsubscribed-as", EntryKind.UNKNOWN: "--unknown-as"}


def print_former_list(screen: Console, found: FormerList, rules: KindRules) -> None:
    """Print what a file holds, what is left out of it and why, and what was put right."""
    print_line(screen, f"Read as: {found.format_name or 'nothing'}")
    table = make_table("", "rows")
    for number, meaning in _lines_of(found, rules):
        if number:
            table.add_row(meaning, count(number))
    if table.row_count:
        screen.print(table)


def former_list_to_json(found: FormerList) -> dict[str, Any]:
    """Return what a file holds as `--json` has it, without addresses."""
    return {
        "format": found.format_name,
        "by_kind": dict(sorted(found.by_kind.items())),
        "repeated": found.repeated,
        "unreadable_lines": found.unreadable,
        "put_right": asdict(found.repairs),
    }


def _lines_of(found: FormerList, rules: KindRules) -> Iterator[tuple[int, str]]:
    for kind, number in sorted(found.by_kind.items()):
        yield number, f"{kind}: {_fate_of(kind, rules)}"
    yield found.repeated, "another row of an address: the more serious reason counts"
    yield len(found.unreadable), f"without a readable address: {_named(found.unreadable)}"
    for name, number in asdict(found.repairs).items():
        yield number, f"put right: {_REPAIRS[name]}"


def _fate_of(kind: EntryKind, rules: KindRules) -> str:
    reason = rules.reason_of(kind)
    if reason:
        return f"taken as {reason}"
    option = _OPTIONS.get(kind)
    return f"left out, unless {option} says BOUNCE or COMPLAINT" if option else "left out: not for ever"


def _named(lines: list[int]) -> str:
    named = ", ".join(map(str, lines[:_MOST_LINES])) + (", ..." if len(lines) > _MOST_LINES else "")
    return f"{'line' if len(lines) == 1 else 'lines'} {named}"
