"""In which spellings an address is on a list, and which other lists have it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.actions.change_suppression import FoundInSnapshot
from console.terminal.screen import print_line
from ses_reputation.suppression.targets import Target
from ses_reputation.wording import count

_MOST_PRINTED = 20


def print_spellings(screen: Console, wanted: Sequence[str], spellings: Collection[str]) -> None:
    """Print the stored spellings, and how many addresses have none; of many, only the numbers."""
    listed = {spelling.casefold() for spelling in spellings}
    absent = [address for address in wanted if address.casefold() not in listed]
    if len(spellings) <= _MOST_PRINTED:
        for spelling in sorted(spellings):
            print_line(screen, f"On the list: {spelling}")
    if absent:
        print_line(
            screen,
            f"{count(len(absent), 'address', 'addresses')} not found. An entry in another spelling that is "
            "newer than the snapshot is found by --live alone.",
        )


def print_other_lists(screen: Console, others: Mapping[Target, FoundInSnapshot]) -> None:
    """Print which other lists have what was removed, or may have it: they hold its mail back as well."""
    for target, found in others.items():
        if found.rows:
            entries = count(len(found.rows), "entry", "entries")
            print_line(screen, f"Still on the list of {target.name}: {entries}.")
        if found.problem:
            print_line(screen, f"Perhaps on the list of {target.name}: {found.problem}")


def lists_to_json(others: Mapping[Target, FoundInSnapshot]) -> list[dict[str, Any]]:
    """Return the other lists that have an address, or may have it, as `--json` has them."""
    return [
        {
            "target": asdict(target),
            "spellings": sorted(row.email_address for row in found.rows),
            "problem": found.problem,
        }
        for target, found in others.items()
        if found.rows or found.problem
    ]
