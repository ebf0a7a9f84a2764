"""A sentence that says what to do, and the commands in it."""

import re
from collections.abc import Iterator
from typing import NamedTuple, Self

from ses_reputation.notifications.texts.chat_text import harmless, harmless_code
from ses_reputation.notifications.texts.foreign_values import reveal, reveal_quoted

_OPTIONS = re.compile(r" (?=--)")


class AdvicePiece(NamedTuple):
    """A piece of a sentence; of a command, `words` are the parts that a line may be broken between."""

    text: str
    words: tuple[str, ...] = ()


class Advice(str):
    """A sentence with its commands between backticks; `pieces` are its text and its commands in turn."""

    __slots__ = ("pieces",)
    pieces: tuple[AdvicePiece, ...]

    @classmethod
    def read(cls, line: str) -> Self:
        """Return the advice that a line of a template gives; values in its commands are quoted."""
        pieces = tuple(_divide(line))
        advice = cls("".join(f"`{each.text}`" if each.words else each.text for each in pieces))
        advice.pieces = pieces
        return advice

    def for_chat(self) -> str:
        """Return the sentence for a chat: its commands stand between backticks, and nothing else acts."""
        return "".join(
            f"`{harmless_code(each.text)}`" if each.words else harmless(each.text) for each in self.pieces
        )


def _divide(line: str) -> Iterator[AdvicePiece]:
    for place, piece in enumerate(line.split("`")):
        words = tuple(map(reveal_quoted, _OPTIONS.split(piece))) if place % 2 else ()
        yield AdvicePiece(" ".join(words) or reveal(piece), words)
