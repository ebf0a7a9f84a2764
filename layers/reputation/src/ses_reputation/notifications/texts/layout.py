"""Plain text that reads well in an e-mail: paragraphs, labelled rows, numbered steps, commands.

All of it stays under 80 columns, but for a word that is longer.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.notifications.texts.render import TextParts
from ses_reputation.parties import PartyId, page_of
from ses_reputation.shell_words import shell_command, shell_option
from ses_reputation.visible_text import shorten_addresses, visible

WIDTH = 78
ADVICE_TITLE = "What to do"
MOST_SUBJECT = 99
_INDENT = "  "
_CUT = "..."
_LONGEST_LABEL = 24
_LONGEST_INLINE = 40


class Alert(NamedTuple):
    """What SNS sends to people: a subject that it takes, and a text; steps: what to do, for a chat.

    headline: the subject as it was before it was cut for SNS; "" where SNS takes it whole.
    """

    subject: str
    text: str
    steps: tuple[str, ...] = ()
    headline: str = ""


class Section(NamedTuple):
    """A titled section of an alert; one without lines is left out. steps: its lines for a chat."""

    title: str
    lines: Sequence[str]
    steps: tuple[str, ...] = ()


def make_subject(text: str) -> str:
    """Return a subject that SNS takes: printable ASCII in one line, shorter than 100 characters."""
    plain = " ".join(text.split()).encode("ascii", "replace").decode()
    plain = "".join(letter for letter in plain if letter.isprintable())
    if len(plain) <= MOST_SUBJECT:
        return plain
    cut = plain[: MOST_SUBJECT - len(_CUT)].rpartition(" ")[0]
    # A name without an end must not take everything with it.
    cut = cut if len(cut) > MOST_SUBJECT // 2 else plain[: MOST_SUBJECT - len(_CUT)]
    return cut.rstrip(" ,;:(") + _CUT


def make_alert(parts: TextParts, *sections: Section) -> Alert:
    """Return the alert of a template's parts: its text is an opening, the sections, and a last remark."""
    blocks = ["\n".join(wrap(parts.opening))]
    blocks += ["\n".join([*wrap(section.title), *section.lines]) for section in sections if section.lines]
    blocks.append("\n".join(wrap(parts.closing)))
    to_do = tuple(step for section in sections for step in section.steps)
    subject, headline = make_subject(parts.subject), visible(" ".join(parts.subject.split()))
    text = "\n\n".join(blocks) + "\n"
    return Alert(subject, text, to_do, "" if headline == subject else headline)


def wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    """Return a paragraph's lines; names and commands in it are not broken."""
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def rows(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return labels with their texts in two columns; a longer label goes before its text."""
    pairs = list(pairs)
    width = max((len(label) for label, _ in pairs if len(label) <= _LONGEST_LABEL), default=0)
    indent = " " * (len(_INDENT) + width + 2)
    lines: list[str] = []
    for label, text in pairs:
        if len(label) <= _LONGEST_LABEL:
            lines += wrap(text, f"{_INDENT}{label:{width}}  ", indent)
        else:
            lines += wrap(f"{label}: {text}", _INDENT, _INDENT * 2)
    return lines


def what_to_do(advice: Sequence[Advice]) -> Section:
    """Return the section that says what to do."""
    return Section(ADVICE_TITLE, steps(advice), tuple(sentence.for_chat() for sentence in advice))


def steps(sentences: Iterable[Advice]) -> list[str]:
    """Return numbered sentences; a longer command in them gets lines of its own."""
    lines: list[str] = []
    for number, sentence in enumerate(sentences, 1):
        first = f"{_INDENT}{number}. "
        lines += _step(sentence, first, " " * len(first))
    return lines


def _step(sentence: Advice, first: str, rest: str) -> list[str]:
    lines: list[str] = []
    for text, words in _with_commands(sentence):
        # What follows a command is mostly the sentence's full stop.
        if text.strip(" .,;:)"):
            lines += wrap(text.strip(), rest if lines else first, rest)
        elif not lines:
            lines.append(first.rstrip())
        lines += command(*words, indent=rest + _INDENT) if words else []
    return lines


def _with_commands(sentence: Advice) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield periods of text, each with the words of the command that follows it."""
    text = ""
    for piece in sentence.pieces:
        # A quoted word may hold spaces: no line is broken there.
        if piece.words and (len(piece.text) > _LONGEST_INLINE or "'" in piece.text):
            yield text, piece.words
            text = ""
        else:
            text += piece.text
    yield text, ()


def command(*words: str, indent: str = _INDENT) -> list[str]:
    """Return a command to copy; one that is too long is continued as a shell continues it."""
    lines = [f"{indent}{words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 3 > WIDTH:
            lines[-1] += " \\"
            lines.append(f"{indent}{_INDENT * 2}{word}")
        else:
            lines[-1] += f" {word}"
    return lines


def command_about(context: NotificationContext, name: str, *options: str, argument: str = "") -> list[str]:
    """Return a command of ours to copy, about the entity and the stack of a notification.

    options: as `shell_option` returns them.
    """
    names = context.entity.names.items()
    about = [shell_option(f"--{option}", shorten_addresses(value)) for option, value in names]
    stack = shell_option("--stack", context.stack_name)
    return command(*shell_command(f"ses-reputation {name}", [*about, *options, stack], argument))


def statement_command(context: NotificationContext) -> list[str]:
    """Return how to open the page on which an entity stands: of an identity, its owner's."""
    return (
        open_statement(context.party, context.stack_name, context.statement_base_url) if context.party else []
    )


def open_statement(party: PartyId, stack_name: str, base_url: str) -> list[str]:
    """Return the command that opens a party's statement, and the page's link where statements are served.

    base_url: where the folder of all statements is served; "" where it is nowhere.
    """
    stack = shell_option("--stack", stack_name)
    lines = command(*shell_command("ses-reputation statement open", [stack], party.account))
    return [*lines, f"{_INDENT}{base_url.rstrip('/')}/{page_of(party.name)}"] if base_url else lines
