"""What a template fills in, kept apart from what the template says until its parts are divided.

Values are text of others: an identity may be called `a | b`, a configuration set may hold a backtick. Each is
enclosed between two marks, and the characters that divide a text are hidden in it meanwhile. Values are free
of the marks, which are control characters, because `visible` comes first. Addresses are shortened: an
identity may be a person's, and alerts go to many.
"""

import re
from typing import TYPE_CHECKING, Any

from ses_reputation.shell_words import shell_option, shell_word
from ses_reputation.visible_text import shorten_addresses, visible

if TYPE_CHECKING:
    from markupsafe import Markup

_BEGIN, _END = "\x01", "\x02"
_HIDDEN = {"`": "\x03", "|": "\x04", "=": "\x05", " ": "\x06"}
_hide = str.maketrans(_HIDDEN)
_show = str.maketrans({hidden: letter for letter, hidden in _HIDDEN.items()} | {_BEGIN: None, _END: None})
# What a shell quotes; `shlex.quote` writes a quote within quotes as '"'"'.
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_OPTION_WITH_VALUE = re.compile(rf"(--[a-z-]+) {_BEGIN}([^{_END}]*){_END}")
_VALUE = re.compile(rf"{_BEGIN}([^{_END}]*){_END}")


def enclose(value: Any) -> "Markup":
    """Return a value enclosed; what a macro of a template returned holds enclosed values, and stays.

    Jinja's autoescaping makes Markup of what macros return, and takes Markup as it is.
    """
    from markupsafe import Markup  # noqa: PLC0415

    if isinstance(value, Markup):
        return value
    return Markup(f"{_BEGIN}{shorten_addresses(visible(str(value))).translate(_hide)}{_END}")  # noqa: S704


def enclose_command(command: str) -> "Markup":
    """Return a command of the library's, quoted already, as a template's own: it is not quoted again."""
    from markupsafe import Markup  # noqa: PLC0415

    hidden = _QUOTED.sub(lambda quoted: quoted[0].translate(_hide), visible(command))
    return Markup(hidden.replace("`", _HIDDEN["`"]).replace("|", _HIDDEN["|"]))  # noqa: S704


def reveal(line: str) -> str:
    """Return a line as it reads, with its values."""
    return line.translate(_show)


def reveal_quoted(command: str) -> str:
    """Return a command, or a piece of one, with each value as one word of it."""
    with_options = _OPTION_WITH_VALUE.sub(lambda found: _option(*found.groups()), command)
    return reveal(_VALUE.sub(lambda found: shell_word(reveal(found[1])), with_options))


def _option(option: str, value: str) -> str:
    return shell_option(option, reveal(value))
