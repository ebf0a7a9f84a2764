"""Each command that prints JSON has a schema, and no schema stands for a document that nobody prints.

That documents are as their schemas say is tested wherever a test prints one: see tests/conftest.py.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import describe_snapshot
from tests.support.printed_json import (
    SCHEMAS,
    VARIANTS,
    check_printed,
    document_of,
    documents,
    faults_of,
    json_commands,
    strict,
)

STANDINGS = {"format_version": 1, "assessed_at": "2026-11-22T10:05:00Z", "entities": []}


def test_every_command_that_prints_json_has_a_schema_and_no_other_has() -> None:
    variants = {f"{name} {option}" for name, option in VARIANTS.items()}
    described = {
        name for name, schema in documents().items() if "format_version" in schema.get("required", ())
    }

    assert described - {"manifest"} == json_commands() | variants


def test_schemas_are_schemas() -> None:
    for path in SCHEMAS.glob("*.json"):
        Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["standing", "--json"], "standing"),
        (["standing", "--at", "2026-11-22", "--json"], "standing --at"),
        (["standing", "explain", "--identity", "a.example", "--json"], "standing explain"),
        (["accounts", "list", "--json"], "accounts list"),
    ],
)
def test_a_document_is_named_by_its_command(arguments: list[str], name: str) -> None:
    assert document_of(arguments) == name


def test_a_field_that_is_missing_unknown_or_of_another_kind_is_a_fault() -> None:
    assert faults_of("standing", STANDINGS) == []
    assert faults_of("standing", {**STANDINGS, "more": 1})
    assert faults_of("standing", {**STANDINGS, "assessed_at": None})
    assert faults_of("standing", {"format_version": 1, "entities": []})
    assert faults_of("standing", {**STANDINGS, "format_version": 2})
    with pytest.raises(AssertionError, match="no schema of"):
        check_printed(["serve", "--json"], "{}")


def open_parts(schema: Any, place: str = "") -> Iterator[str]:
    """The places of a schema that take anything, and do not say whose shape it is."""
    if isinstance(schema, list):
        for each in schema:
            yield from open_parts(each, place)
    elif isinstance(schema, dict):
        takes_anything = schema.get("additionalProperties") == {} and "description" not in schema
        is_bare_object = schema.get("type") == "object" and not {"properties", "additionalProperties"} & set(
            schema
        )
        if takes_anything or is_bare_object or (schema.get("type") == "array" and "items" not in schema):
            yield place
        for name, each in schema.items():
            if each == {} and name not in {"additionalProperties", "properties"}:
                yield f"{place}/{name}"
            yield from open_parts(each, f"{place}/{name}")


@pytest.mark.parametrize("name", ["command-line.v1.json", "snapshot-manifest.v2.json"])
def test_no_part_takes_anything_but_where_the_shape_is_described_elsewhere(name: str) -> None:
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))

    assert list(open_parts(schema)) == []
    assert list(open_parts({"properties": {"a": {}, "b": {"type": "array"}, "c": {"type": "object"}}})) == [
        "/properties/a",
        "/properties/b",
        "/properties/c",
    ]


def test_a_manifest_in_s3_is_as_its_schema_says() -> None:
    schema = strict(json.loads((SCHEMAS / "snapshot-manifest.v2.json").read_text(encoding="utf-8")))

    run = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
    manifest = describe_snapshot(run, 2, (SnapshotPart("part-00001.ndjson.gz", 2, 90, "a" * 64),))
    stored = json.loads(json.dumps(manifest.to_json()))

    assert [error.message for error in Draft202012Validator(schema).iter_errors(stored)] == []
