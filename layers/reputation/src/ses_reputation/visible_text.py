"""Text that others wrote, made fit to be read: no letter of it acts on a terminal, a mail or a log.

A name, a diagnostic code or an error's text comes from strangers. A control character in it can colour a
terminal, a line break can write a paragraph of its own, and a bidi override can show a name as another.
"""

from unicodedata import category


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


def _is_seen(letter: str) -> bool:
    return letter.isprintable() or category(letter) == "Zs"


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
