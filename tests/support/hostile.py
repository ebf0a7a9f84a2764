"""Names that act on a shell, a terminal, a mail or a template, and what to look for in what is printed."""

from typing import Any
from unicodedata import category

SHELL = "x;echo pwned|sh;#`id`$(id)&&'\"\\ --region evil"
OPTION = "--yes"
MARKUP = "[/x][magenta]:bomb:[link=https://evil.example]"
TERMINAL = "\x1b[31mred\x07\x08\x00\x7f\x9b0m\t\r"
LINES = "a\nFORGED\r\nFORGED\x0bFORGED\x0cFORGED\x1cFORGED\x85FORGED\u2028FORGED\u2029FORGED"
BIDI = "a\u202e\u202d\u2066\u2069\u200bb"
TEMPLATE = "=== advice | {{ 7 * 7 }} `x` === subject"
NAMES = (SHELL, OPTION, MARKUP, TERMINAL, LINES, BIDI, TEMPLATE, SHELL + MARKUP + TERMINAL + LINES + BIDI)


def acting_characters(text: str) -> set[str]:
    """The characters of a printed text that would act, by their Unicode category; line feeds are its own."""
    return {letter for letter in text if category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} - {"\n"}


def forged_lines(text: str) -> list[str]:
    """Lines that a name began by a line break of its own, if no line was broken for its length."""
    return [line for line in text.splitlines() if line.lstrip().upper().startswith("FORGED")]


def renamed(plain: Any, name: str, *names: str) -> Any:
    """Plain JSON with `name` in place of each of the names, in keys and in values."""
    match plain:
        case dict():
            return {renamed(key, name, *names): renamed(value, name, *names) for key, value in plain.items()}
        case list() | tuple():
            return [renamed(each, name, *names) for each in plain]
        case str():
            for each in names:
                plain = plain.replace(each, name)
            return plain
        case _:
            return plain
