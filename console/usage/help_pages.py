"""Help that cuts no sentence: commands in groups of one purpose, each page with examples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from console.usage.examples import EXAMPLES

PURPOSES: dict[str, dict[str, Sequence[str]]] = {
    "": {
        "See where you stand": (
            "standing",
            "findings",
            "statement",
            "serve",
            "providers",
            "feeds",
            "balances",
            "entries",
            "message",
        ),
        "Set up, and check it": ("accounts", "authorize", "doctor", "verify"),
        "Suppression lists, and people": ("suppression", "forget"),
        "Repair": ("protection", "quarantine", "ledger"),
        "On this machine": ("demo", "replay"),
    },
    "suppression": {
        "Find an address": ("find", "history"),
        "Make and read snapshots": ("export", "snapshots", "show", "list", "stats"),
        "Compare": ("changes", "drift"),
        "Change a list": ("add", "remove", "import", "restore", "sync"),
    },
}
"""What the commands of a group are for; commands that the program does not have are left out."""
_OTHERS = "Others"
_MOST_OF_A_GROUP = 4


def explain_commands(command: Any, path: str = "") -> None:
    """Give a command and all below it whole sentences in lists, and examples at the end of their pages."""
    command.short_help = _first_sentence(command.help or "")
    for param in command.params:
        if param.param_type_name == "argument":
            _name_plainly(param)
        elif param.metavar is None and param.type_descriptor.is_ranged:
            param.metavar = "N"
    commands = getattr(command, "commands", {})
    purposes = PURPOSES.get(path)
    if purposes:
        command.format_commands = lambda _, formatter: write_commands(command, formatter, purposes)
    if examples := EXAMPLES.get(path) or _examples_below(path, purposes, commands):
        command.epilog = "\b\n" + "\n".join(["Examples:", *_lines(examples)])
    for name, below in commands.items():
        explain_commands(below, f"{path} {name}".strip())


def _examples_below(
    path: str, purposes: Mapping[str, Sequence[str]] | None, commands: Iterable[str]
) -> list[tuple[str, str]]:
    """The first example of a group's first commands: where they have purposes, of the first of each."""
    names = [of_one[0] for of_one in purposes.values()] if purposes else commands
    found = (EXAMPLES.get(f"{path} {name}") for name in names)
    return [examples[0] for examples in found if examples][:_MOST_OF_A_GROUP]


def _name_plainly(argument: Any) -> None:
    """Call an argument by its name alone, as in `PATH...`: Typer adds types of Python, and marks twice."""
    name = argument.metavar or argument.name.upper()
    shown = name if argument.required or name.startswith("[") else f"[{name}]"
    argument.get_usage_pieces = lambda _context: [shown]
    argument.display_type_rich = lambda ctx: ""  # noqa: ARG005 - Typer's name


def write_commands(group: Any, formatter: Any, purposes: Mapping[str, Sequence[str]]) -> None:
    """Write the commands of a group by what they are for."""
    left = dict(group.commands)
    for purpose, names in purposes.items():
        _write_section(formatter, purpose, {name: left.pop(name) for name in names if name in left})
    _write_section(formatter, _OTHERS, left)


def _write_section(formatter: Any, title: str, commands: dict[str, Any]) -> None:
    shown = [(name, command.short_help) for name, command in commands.items() if not command.hidden]
    if shown:
        with formatter.section(title):
            formatter.write_dl(shown)


def _lines(examples: Iterable[tuple[str, str]]) -> Iterator[str]:
    for command, why in examples:
        yield f"  ses-reputation {command}"
        yield f"      {why}"


def _first_sentence(text: str) -> str:
    """Return the first sentence: up to a full stop that ends a line or has a capital behind it."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    for end in range(len(paragraph)):
        if paragraph[end] == "." and paragraph[end + 1 : end + 2] in ("", " ") and _ends_here(paragraph, end):
            return paragraph[: end + 1]
    return paragraph


def _ends_here(paragraph: str, end: int) -> bool:
    following = paragraph[end + 1 :].lstrip()
    return not following or following[0].isupper()
