"""The JSON twin of a statement."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import TypeAdapter

from ses_reputation.parties import PartyKind
from ses_reputation.statement.view.statement import Statement, StatementParty
from tests.support.statements import STATES, healthy

_SCHEMA = Path(__file__).parents[4] / "docs" / "schemas" / "statement.v1.json"


def test_the_twin_says_its_version_and_has_times_to_the_second() -> None:
    twin = healthy().to_json()

    assert twin["version"] == 1
    assert twin["made_at"] == "2026-11-27T10:05:00Z"
    assert twin["party"] == {"kind": "owner", "account": "111122223333", "display_name": "Example Ltd"}


def test_a_party_is_named_by_its_display_name_where_it_has_one() -> None:
    named = StatementParty(PartyKind.DELEGATE, "444455556666", "Agency North")

    assert (named.title, named.name) == ("Agency North (444455556666)", "delegate-444455556666")
    assert StatementParty(PartyKind.OWNER, "111122223333", "").title == "111122223333"


@pytest.mark.parametrize("state", STATES)
def test_every_twin_fits_the_published_schema_and_survives_being_written(state: str) -> None:
    twin = STATES[state].to_json()

    Draft202012Validator(json.loads(_SCHEMA.read_text())).validate(json.loads(json.dumps(twin)))
    assert json.loads(json.dumps(twin)) == twin


def test_the_published_schema_has_all_fields_of_the_code() -> None:
    assert json.loads(_SCHEMA.read_text()) == published_schema()


def published_schema() -> dict[str, object]:
    """Return the schema of the twin: that of the dataclasses, with a version."""
    schema = TypeAdapter(Statement).json_schema(ref_template="#/$defs/{model}")
    properties = {"version": {"const": 1}, **schema.pop("properties")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "statement.v1.json",
        **schema,
        "title": "Statement",
        "required": ["version", *schema["required"]],
        "properties": properties,
    }
