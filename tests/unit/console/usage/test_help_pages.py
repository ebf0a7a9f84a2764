"""Help cuts no sentence at any width, and every example in it is a command that there is."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from console.application import app
from console.usage.examples import EXAMPLES
from console.usage.help_pages import PURPOSES
from tests.support.documented_commands import fault_of


def all_commands() -> Iterator[tuple[str, Any]]:
    def below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, each in getattr(command, "commands", {}).items():
            yield from below(each, f"{path} {name}".strip())

    yield from below(get_command(app), "")


def page_of(command: Any, columns: int) -> str:
    """The page as a terminal of so many columns shows it: no wider than 100, as `app` says."""
    context = command.context_class(command, terminal_width=min(columns, 100))
    text: str = command.get_help(context)
    return text


def help_of(path: str, option: str = "--help") -> str:
    result = CliRunner().invoke(app, [*path.split(), option], env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_page_cuts_a_sentence(columns: int) -> None:
    cut, wide = [], []
    for path, command in all_commands():
        page, _, _ = page_of(command, columns).partition("Examples:")
        # Three dots stand behind what may be repeated, such as PATH... or [ARGS]..., alone.
        if re.search(r"[a-z,]\.\.\.|\N{HORIZONTAL ELLIPSIS}", page.replace("bounce_spike ...", "")):
            cut.append(path)
        wide += [line for line in page.splitlines() if len(line) > columns]

    assert (cut, wide) == ([], [])


def test_no_page_names_a_type_of_python_or_marks_an_argument_twice() -> None:
    pages = {path: page_of(command, 80) for path, command in all_commands()}

    python = re.compile(r"<(str|list|Path|int)\b|\{[A-Z]|\[\[")
    assert [path for path, page in pages.items() if python.search(page)] == []
    assert "Usage: ses-reputation accounts add owner [OPTIONS] ACCOUNT..." in help_of("accounts add owner")
    assert "Usage: ses-reputation statement open [OPTIONS] [PARTY]" in help_of("statement open")


@pytest.mark.parametrize("path", ["", "balances", "standing", "suppression", "accounts add owner"])
def test_a_short_option_asks_for_the_same_page(path: str) -> None:
    assert help_of(path, "-h") == help_of(path)


def test_examples_are_commands_that_there_are_and_stand_on_their_pages() -> None:
    pages = {path: page_of(command, 200) for path, command in all_commands()}
    commands = {f"ses-reputation {each}": path for path, of_page in EXAMPLES.items() for each, _ in of_page}

    assert {command: fault for command in commands if (fault := fault_of(command))} == {}
    assert [command for command, path in commands.items() if f"  {command}\n" not in pages[path]] == []


@pytest.mark.parametrize("path", PURPOSES)
def test_every_command_stands_under_what_it_is_for(path: str) -> None:
    page = help_of(path)

    assert "Others:" not in page
    assert [title for title in PURPOSES[path] if f"{title}:" not in page] == []
    listed = re.findall(r"(?m)^  ([a-z][a-z-]+)  +[A-Z]", page)
    commands = dict(all_commands())[path].commands
    assert sorted(listed) == sorted(name for name, each in commands.items() if not each.hidden)


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("suppression", "suppression find ann@example.com"),
        ("accounts add", "accounts add delegate 444455556666 --owner 111122223333"),
        ("statement", "statement list --json"),
    ],
)
def test_a_groups_page_has_examples_of_its_commands(path: str, example: str) -> None:
    _, _, examples = page_of(dict(all_commands())[path], 200).partition("Examples:")

    assert f"  ses-reputation {example}\n" in examples
    assert len(re.findall(r"(?m)^ +ses-reputation ", examples)) <= 4


def test_the_version_is_the_packages() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, f"ses-reputation {version('ses-reputation')}\n")


def test_completion_is_offered_for_the_shells_of_the_documentation() -> None:
    page = help_of("")

    assert "--install-completion" in page
    assert "--show-completion" in page


def test_the_statement_that_opens_without_a_party_is_named_as_the_command_chooses_it() -> None:
    """`choose_statement` takes that of the ledger's own account, which owns identities or not."""
    words = " ".join(help_of("statement open").split())

    assert "Default: the ledger's own account." in words
    assert "the owner" not in words
