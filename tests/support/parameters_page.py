"""docs/parameters.md: what the templates say of each parameter, and below it what people wrote.

`make parameters` writes the page anew: headings, descriptions, defaults and limits come from the templates.
Each parameter keeps the paragraph that begins with **When**.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.local_aws.template import read_template

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "parameters.md"
LEDGER = ROOT / "template.yaml"
ACCOUNTS = (ROOT / "accounts" / "identity-owner.yaml", ROOT / "accounts" / "delegate-sender.yaml")
_FIRST_CHAPTER = "## The ledger's stack"
_PARAMETER = re.compile(r"^#### `(\w+)`\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`[^`]*`)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a template has it, with the label that CloudFormation's console shows."""

    name: str
    label: str
    properties: Mapping[str, Any]

    def text(self) -> str:
        """Return what the template says of it: two paragraphs."""
        return (
            f"{_as_markdown(self.properties['Description'])}\n\n"
            f"{self._default()} {_as_markdown(self._limits())}. In the console: *{self.label}*."
        )

    def _default(self) -> str:
        if "Default" not in self.properties:
            return "It has no default, and"
        value = str(self.properties["Default"])
        return f"`{value}` by default. It" if value else "Empty by default; otherwise"

    def _limits(self) -> str:
        said = str(self.properties["ConstraintDescription"])
        if not self.properties.get("Default", "-"):
            said = re.sub(r"^must be (empty, or )?", "", said)
        unnamed = [str(each) for each in self.properties.get("AllowedValues", ()) if str(each) not in said]
        return f"{said}: {', '.join(unnamed)}" if unnamed else said


@dataclass(frozen=True, slots=True)
class Chapter:
    """The parameters of a template, or of those that are deployed alike, by the groups of their forms."""

    title: str
    groups: Mapping[str, tuple[Parameter, ...]]

    def parameters(self) -> Iterator[Parameter]:
        """Yield all of them in the order of the page."""
        for group in self.groups.values():
            yield from group


def chapters() -> list[Chapter]:
    """Return the chapters of the page."""
    owners, delegates = (_groups_of(path) for path in ACCOUNTS)
    both = {label: group for label, group in owners.items() if delegates.get(label) == group}
    return [
        Chapter(_FIRST_CHAPTER, _groups_of(LEDGER)),
        Chapter("## Stacks of owners and of delegates", both),
        Chapter("## Owners' stacks only", _without(owners, both)),
        Chapter("## Delegates' stacks only", _without(delegates, both)),
    ]


def written_anew(page: str) -> str:
    """Return the page with what the templates say today, and with what people wrote on it."""
    introduction, _, body = page.partition(f"{_FIRST_CHAPTER}\n")
    kept = _kept_texts(f"{_FIRST_CHAPTER}\n{body}")
    return introduction + "\n".join(_lines(chapters(), kept))


def _lines(all_chapters: Iterable[Chapter], kept: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for chapter in all_chapters:
        yield f"{chapter.title}\n"
        for label, group in chapter.groups.items():
            yield f"### {label}\n"
            for each in group:
                yield f"#### `{each.name}`\n\n{each.text()}\n"
                yield f"{kept.get((chapter.title, each.name), '**When**: ')}\n"


def _kept_texts(body: str) -> dict[tuple[str, str], str]:
    """What people wrote of each parameter, by chapter and name."""
    return {
        (f"## {chapter.partition(chr(10))[0]}", name): section[section.index("**When**") :].strip()
        for chapter in re.split(r"^## ", body, flags=re.MULTILINE)[1:]
        for name, section in _PARAMETER.findall(chapter)
        if "**When**" in section
    }


def _groups_of(path: Path) -> dict[str, tuple[Parameter, ...]]:
    template = read_template(path)
    form, properties = template["Metadata"]["AWS::CloudFormation::Interface"], template["Parameters"]
    labels = {name: each["default"] for name, each in form["ParameterLabels"].items()}
    return {
        group["Label"]["default"]: tuple(
            Parameter(name, labels[name], properties[name]) for name in group["Parameters"]
        )
        for group in form["ParameterGroups"]
    }


def _without(
    groups: Mapping[str, tuple[Parameter, ...]], others: Mapping[str, Any]
) -> dict[str, tuple[Parameter, ...]]:
    return {label: group for label, group in groups.items() if label not in others}


def _as_markdown(text: str) -> str:
    """Return a template's text with its asterisks as such, and pages of docs/ as links."""
    parts = _CODE.split(text)
    parts[::2] = [re.sub(r"docs/([\w-]+\.md)", r"[\1](\1)", each.replace("*", r"\*")) for each in parts[::2]]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
