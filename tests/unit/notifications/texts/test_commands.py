"""The commands that alerts name are commands of ours, with options that they take."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from console.application import app

# A command on a line of its own: of a section, or of a step.
_OF_ITS_OWN = re.compile(r" {2}(?: {5})?ses-reputation ").match
TEXTS = Path(__file__).parents[1] / "expected"


def commands_named() -> list[str]:
    """Each command of ours in the expected alerts, once."""
    named: dict[str, None] = {}
    for path in sorted(TEXTS.glob("*.txt")):
        lines = path.read_text().replace("\\\n", " ").splitlines()
        ours = (" ".join(line.split()) for line in lines if _OF_ITS_OWN(line))
        named |= dict.fromkeys(ours)
    return list(named)


def test_alerts_name_all_kinds_of_commands() -> None:
    named = {" ".join(command.split()[1:3]) for command in commands_named()}
    assert {
        "standing explain",
        "authorize revoke",
        "suppression list",
        "protection resume",
        "findings mute",
        "statement open",
    } <= named
    assert {command.split()[1] for command in commands_named()} >= {"providers", "feeds", "balances"}


@pytest.mark.parametrize("named", commands_named())
def test_a_command_that_an_alert_names_is_understood(named: str) -> None:
    name, *words = shlex.split(named)
    command = typer.main.get_command(app)
    while words[0] in getattr(command, "commands", {}):
        name = words.pop(0)
        command = command.commands[name]  # type: ignore[attr-defined]
    context = command.make_context(name, words)

    assert context.params.get("stack", "ses-reputation") == "ses-reputation" or name == "doctor"
    about = {"open": {"party", "account", "identity"}, "entries": {"message"}}
    wanted = about.get(name, {"account", "identity"})
    given = {name for name, value in context.params.items() if value}
    assert wanted & given
