"""What a file of a former provider holds: counts before anything is done, lines and never addresses."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.terminal.screen import print_line
from ses_reputation.suppression.restore.former_formats import EntryKind
from ses_reputation.suppression.restore.former_lists import FormerList, KindRules

_MOST_LINES = 20
_REPAIRS = {
    "byte_order_marks": "a mark of the byte order",
    "carriage_returns": "lines that end with CR LF",
    "blank_lines": "blank lines",
    "blanks_around": "rows with blanks around a cell",
    "reasons_respelled": "reasons in small letters",
    "domains_in_capitals": "addresses that SES spells otherwise",
}
_OPTIONS = {EntryKind.UNSUBSCRIBED: "--unsubscribed-as", EntryKind.UNKNOWN: "--unknown-as"}


def print_former_list(screen: Console, found: FormerList, rules: KindRules) -> None:
    """Print what a file holds, what is left out of it and why, and what was put right."""
    print_line(screen, f"Read as: {found.format_name or 'nothing'}")
    for kind, number in sorted(found.by_kind.items()):
        print_line(screen, f"{number:>9,} {kind}: {_fate_of(kind, rules)}")
    if found.repeated:
        print_line(screen, f"{found.repeated:>9,} rows repeat an address; the more serious reason counts.")
    for line in _unreadable(found.unreadable):
        print_line(screen, line)
    for name, number in asdict(found.repairs).items():
        if number:
            print_line(screen, f"{number:>9,} put right: {_REPAIRS[name]}")


def former_list_to_json(found: FormerList) -> dict[str, Any]:
    """Return what a file holds as `--json` has it, without addresses."""
    return {
        "format": found.format_name,
        "by_kind": dict(sorted(found.by_kind.items())),
        "repeated": found.repeated,
        "unreadable_lines": found.unreadable,
        "put_right": asdict(found.repairs),
    }


def _fate_of(kind: EntryKind, rules: KindRules) -> str:
    reason = rules.reason_of(kind)
    if reason:
        return f"wanted as {reason}"
    option = _OPTIONS.get(kind)
    return f"left out; {option} BOUNCE or COMPLAINT takes them in" if option else "left out: not for ever"


def _unreadable(lines: list[int]) -> Iterator[str]:
    if lines:
        named = ", ".join(map(str, lines[:_MOST_LINES])) + (", ..." if len(lines) > _MOST_LINES else "")
        yield f"{len(lines):>9,} rows without a readable address, in lines {named}"
