"""Entries of the ledger as commands print them."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from console.terminal.screen import print_line

_FIRST_FIELDS = ("occurred_at", "outcome", "recipient", "message_id")


def print_entries(screen: Console, entries: Sequence[Mapping[str, str]]) -> None:
    """Print entries in their order: time and outcome, recipient and message, then all other fields."""
    if not entries:
        screen.print("No entries: nothing adverse was reported, or it expired. Deliveries have no entries.")
        screen.print("Older delays are found with --delay-days.")
    for entry in entries:
        screen.print()
        print_line(screen, f"{entry['occurred_at']}  {entry['outcome']}", "bold")
        names = [name for name in _FIRST_FIELDS[2:] if name in entry]
        for name in (*names, *sorted(entry.keys() - set(_FIRST_FIELDS))):
            print_line(screen, f"  {name:<20} {entry[name]}")
