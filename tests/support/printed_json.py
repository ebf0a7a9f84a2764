"""What commands print with `--json`, held to docs/schemas/command-line.v1.json, field by field."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from typer.main import get_command

from console.application import app
from console.usage.old_names import OLD_NAMES
from tests.support.stack_template import ROOT

SCHEMAS = ROOT / "docs" / "schemas"
VARIANTS = {"standing": "--at", "providers": "--warm-up", "replay": "--stack"}
"""Options that make a command print another document."""


@cache
def json_commands() -> frozenset[str]:
    """The commands that take `--json`, by their words."""

    def below(command: Any, words: tuple[str, ...]) -> set[str]:
        named = {" ".join(words)} if any("--json" in param.opts for param in command.params) else set()
        groups = {
            name: each for name, each in getattr(command, "commands", {}).items() if name not in OLD_NAMES
        }
        return named.union(*(below(each, (*words, name)) for name, each in groups.items()))

    return frozenset(below(get_command(app), ()))


def document_of(arguments: Sequence[str]) -> str:
    """The name of the schema for a command that was given: its words, and the option that changes it."""
    known = json_commands()
    arguments = [word for each in arguments for word in OLD_NAMES.get(each, each).split()]
    for words in range(3, 0, -1):
        name = " ".join(arguments[:words])
        if name in known:
            variant = VARIANTS.get(name)
            return f"{name} {variant}" if variant in arguments else name
    return ""


@cache
def documents() -> dict[str, Any]:
    """The schemas of all documents, and of what they share."""
    definitions: dict[str, Any] = json.loads((SCHEMAS / "command-line.v1.json").read_text())["$defs"]
    return definitions


@cache
def _strict_documents() -> Any:
    return strict(documents())


def strict(schema: Any) -> Any:
    """A schema that refuses what it does not name, unless it says itself what else may come."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    is_object = schema.get("type") == "object" and "properties" in schema
    named = {"additionalProperties": False} if is_object else {}
    return named | {name: strict(each) for name, each in schema.items()}


def faults_of(name: str, document: Any) -> list[str]:
    """What is wrong with a document, by its schema; each fault with its place."""
    schema = {"$ref": f"#/$defs/{name.replace(' ', '%20')}", "$defs": _strict_documents()}
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(document)
    ]


def check_printed(arguments: Sequence[str], printed: str) -> None:
    """Fail where what a command printed is not as its schema says."""
    name = document_of(arguments)
    assert name in documents(), f"no schema of {name or arguments} in docs/schemas/command-line.v1.json"
    assert faults_of(name, json.loads(printed)) == [], name
