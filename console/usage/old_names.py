"""Commands that were renamed: until the next major version, the old name does the same, and says so."""

from collections.abc import Callable
from copy import copy
from typing import Any

import typer

OLD_NAMES = {"export-entries": "entries export"}
"""The words that a command is called by now, by its old name."""


def add_old_names(program: Any) -> None:
    """Let a program know its commands by their old names, too; help and completion leave them out."""
    for old, new in OLD_NAMES.items():
        command = program
        for word in new.split():
            command = command.commands[word]
        alias = copy(command)
        alias.name, alias.hidden = old, True
        alias.callback = _naming(command.callback, old, new)
        program.commands[old] = alias


def _naming(callback: Callable[..., Any], old: str, new: str) -> Callable[..., Any]:
    def run(**values: Any) -> Any:
        typer.echo(f"`{old}` is called `{new}` now; the old name ends with the next major version.", err=True)
        return callback(**values)

    return run
