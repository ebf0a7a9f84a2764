"""Text that others wrote, made fit to be read: no letter of it acts on a terminal, a mail or a log.

A name, a diagnostic code or an error's text comes from strangers. A control character in it can colour a
terminal, a line break can write a paragraph of its own, and a bidi override can show a name as another.
"""

import re
from unicodedata import category

# What is before the last "@" of a word; after what an identity's ARN or its entity's key begins with.
_LOCAL_PART = re.compile(r"(arn:\S+?:identity/|identity#)?([^\s@])[^\s]*(?=@[^\s@])")


def visible(text: str) -> str:
    r"""Return text as one line in which each letter can be seen, those that act as `\x1b`, `\n`, `\u202e`.

    These are the controls (C0, C1), line and paragraph separators, format characters (bidi overrides, zero
    widths) and halves of surrogate pairs, which no terminal can print. Spaces of all widths stay.
    """
    if text.isprintable():
        return text
    return "".join(letter if _is_seen(letter) else _escaped(letter) for letter in text)


def visible_lines(text: str) -> str:
    r"""Return text as `visible` does, but keep its line feeds: for text whose lines are our own."""
    return "\n".join(map(visible, text.split("\n")))


def shorten_addresses(text: str) -> str:
    """Return text with each mail address shortened: `support@example.com` becomes `s...@example.com`.

    For alerts, logs and metrics: an identity may be a person's address. In ASCII, which CloudWatch asks of
    dimensions (CloudWatch API reference, Dimension). Whatever is joined to an address is
    taken for a part of it, rather than a part of the address for something else.
    """
    return _LOCAL_PART.sub(r"\1\2...", text) if "@" in text else text


def _is_seen(letter: str) -> bool:
    return letter.isprintable() or category(letter) == "Zs"


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
