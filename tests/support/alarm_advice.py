"""docs/alarms.md as its reader follows it: the steps of each section, with the commands they lead to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.stack_template import ROOT

DOCUMENT = ROOT / "docs" / "alarms.md"
PAGE = DOCUMENT.read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
_GENERAL = dict(re.findall(r"^### ([A-Z][^`\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBERED = re.compile(r"^\d+\. (.+)$", re.MULTILINE)
_RESOURCE = re.compile(r"`(\w+(?:Queue|Function|Topic|Schedule|Workflow|Bucket))`")
# An inline command that stands with what it needs, or a step that stands elsewhere.
_COMMAND_OR_LINK = re.compile(r"`((?:aws|sam|ses-reputation) [^`]+)`|\]\(#([\w-]+)\)")
FIRST_COMMANDS = _BLOCK.findall(PAGE.partition("\n## ")[0])


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered line: its text, the resources that it names, and its commands in their order."""

    text: str
    resources: tuple[str, ...]
    commands: tuple[str, ...]


def advice_of(alarm: str) -> list[Step]:
    """Return the steps of an alarm's section."""
    return [
        Step(text, tuple(_RESOURCE.findall(text)), tuple(_commands_in(text)))
        for text in _NUMBERED.findall(SECTIONS[alarm])
    ]


def every_command() -> set[str]:
    """Return all commands of the page that a reader can run: with options, as its steps have them."""
    named = {command for alarm in SECTIONS for step in advice_of(alarm) for command in step.commands}
    return named | {command for block in _GENERAL.values() for command in _commands_of_blocks(block)}


def _commands_in(text: str) -> Iterator[str]:
    for command, anchor in _COMMAND_OR_LINK.findall(text):
        if re.search(r" --| [A-Z]{3}| s3://", command):
            yield command
        for title, body in _GENERAL.items():
            if anchor and re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) == anchor:
                yield from _commands_of_blocks(body)


def _commands_of_blocks(text: str) -> Iterator[str]:
    """Yield a section's commands one by one; a loop is one, with what stands behind it."""
    for block in _BLOCK.findall(text):
        joined = re.sub(r"\\\n\s*", " ", block).strip()
        yield from [joined] if joined.startswith("while") else joined.splitlines()
