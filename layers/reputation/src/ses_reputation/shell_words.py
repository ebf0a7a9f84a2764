"""Names that others chose, as words of a command that a person copies into a shell."""

from collections.abc import Iterable, Mapping
from shlex import quote, split

from ses_reputation.visible_text import shorten_addresses, visible


def shell_word(name: str) -> str:
    """Return one word of a command, whatever a name holds: POSIX quotes where it needs them.

    A name with controls, which SES gives to nothing, is quoted as it is shown: no command breaks its line.
    """
    return quote(visible(name))


def split_words(text: str) -> list[str]:
    """Return the words of a text as a shell reads them. Raises ValueError where a quote is not closed."""
    return split(text)


def shell_option(option: str, value: str) -> str:
    """Return `--option value`; a value that begins with `-` is joined by `=`, or it would be an option.

    A configuration set may be named `--yes`: SES takes letters, digits, `_` and `-` in any order.
    """
    return f"{option}{'=' if value.startswith('-') else ' '}{shell_word(value)}"


def shell_command(command: str, options: Iterable[str], argument: str = "") -> list[str]:
    """Return a command as the pieces that a line may be broken between; `options` are quoted already.

    The argument stands before the options, or, where it looks like one, behind `--` and after all of them.
    """
    if argument.startswith("-"):
        return [command, *options, f"-- {shell_word(argument)}"]
    return [f"{command} {shell_word(argument)}" if argument else command, *options]


def our_command(name: str, options: Mapping[str, str], argument: str = "") -> str:
    """Return a command of `ses-reputation` to copy: `standing explain --identity example.com`.

    options: an option without a value is left out. Addresses are shortened: who copies it completes them.
    """
    words = [
        shell_option(f"--{option}", shorten_addresses(value)) for option, value in options.items() if value
    ]
    return " ".join(shell_command(f"ses-reputation {name}", words, shorten_addresses(argument)))
