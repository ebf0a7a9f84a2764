"""Names in commands are words of them for a real shell, whatever they hold."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.shell_words import shell_command, shell_option, shell_word
from ses_reputation.visible_text import visible
from tests.support.hostile import NAMES


def words_of(command: str) -> list[str]:
    """The words that a POSIX shell makes of a command, which is not run."""
    printed = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True
    )
    return printed.stdout.decode().split("\0")[:-1]


def test_a_plain_name_stays_as_it_is() -> None:
    assert shell_word("news_letter-2") == "news_letter-2"
    assert shell_option("--identity", "example.com") == "--identity example.com"
    assert shell_command("ses-reputation protection resume", ["--stack prod"], "news") == [
        "ses-reputation protection resume news",
        "--stack prod",
    ]


@pytest.mark.parametrize("name", [*NAMES, ""])
def test_a_shell_takes_any_name_as_one_word(name: str) -> None:
    assert words_of(shell_word(name)) == [visible(name)]


@given(st.text())
def test_a_word_never_breaks_the_line_of_its_command(name: str) -> None:
    assert len(shell_word(name).splitlines()) == 1
    assert shlex.split(shell_word(name)) == [visible(name)]


def test_a_name_that_looks_like_an_option_is_joined_to_its_own() -> None:
    assert shell_option("--configuration-set-name", "--yes") == "--configuration-set-name=--yes"
    assert shlex.split(shell_option("--identity", "-x y")) == ["--identity=-x y"]


def test_an_argument_that_looks_like_an_option_stands_behind_all_options() -> None:
    command = shell_command("ses-reputation protection resume", ["--stack prod"], "--yes")

    assert command == ["ses-reputation protection resume", "--stack prod", "-- --yes"]
