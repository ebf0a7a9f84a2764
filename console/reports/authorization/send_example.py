"""How to send with an owner's identity, as commands print it."""

from typing import Any

from rich.console import Console

from console.terminal.screen import print_heading, print_indented, print_line
from ses_reputation.authorization.send_examples import SendExample, notes_on, ways_to_send


def print_example(screen: Console, example: SendExample) -> None:
    """Print each way to send, and what to know before."""
    print_heading(screen, f"Sending as {example.from_address}", f"With {example.identity}.")
    for note in notes_on(example):
        print_indented(screen, note, marker="-")
    for way in ways_to_send(example):
        screen.print()
        print_indented(screen, way.title, 0, style="bold")
        for line in way.lines:
            print_line(screen, line)


def example_to_json(example: SendExample) -> dict[str, Any]:
    """Return the ways to send as `--json` prints them."""
    return {
        "identity_arn": str(example.identity),
        "notes": list(notes_on(example)),
        "ways": [{"title": way.title, "text": "\n".join(way.lines)} for way in ways_to_send(example)],
    }
