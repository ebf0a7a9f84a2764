"""What is stored comes back as it was, or is refused by the name of the field, never by what it holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from pydantic import TypeAdapter

from ses_reputation.errors import StateError
from ses_reputation.stored_json import MisfitError, fields_of, plain_text, read_as, reading

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    name: str
    number: int
    rate: float
    colour: Colour
    steps: Mapping[Colour, Step]
    points: Mapping[str, Point]
    words: tuple[str, ...]
    anything: Any
    note: str | None = None


STORED = Stored(
    "a", 1, 0.5, Colour.RED, {Colour.BLUE: Step(AT)}, {"p": Point(1, 2)}, ("b", "c"), {"d": [1, None, "e"]}
)
PLAIN: dict[str, Any] = json.loads(plain_text(STORED))


def test_a_dataclass_comes_back_as_it_was() -> None:
    read = read_as(Stored, PLAIN)

    assert read == STORED
    assert [type(key) for key in read.steps] == [Colour]


def test_a_dataclass_is_written_in_plain_words_in_the_order_of_its_names() -> None:
    assert plain_text(STORED) == (
        '{"anything":{"d":[1,null,"e"]},"colour":"red","name":"a","note":null,"number":1,"points":{"p":[1,2]},'
        '"rate":0.5,"steps":{"blue":{"at":"2026-11-22T10:05:00+00:00","ended_at":null}},"words":["b","c"]}'
    )


def test_pydantic_reads_what_is_written_alike() -> None:
    assert TypeAdapter(Stored).validate_json(plain_text(STORED)) == STORED


def test_fields_that_are_kept_elsewhere_are_neither_written_nor_read() -> None:
    plain = fields_of(STORED, "name", "steps", "points", "colour")

    assert set(plain) == {"number", "rate", "words", "anything", "note"}
    known = {"name": "z", "steps": {}, "points": {}, "colour": Colour.BLUE}
    assert read_as(Stored, json.loads(plain_text(plain)), **known).name == "z"


def test_a_whole_number_is_a_fraction_too_and_a_time_of_another_zone_is_read_in_utc() -> None:
    kathmandu = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))

    read = read_as(
        Stored, PLAIN | {"rate": 1, "steps": {"red": {"at": kathmandu.isoformat(), "ended_at": None}}}
    )

    assert (read.rate, type(read.rate)) == (1.0, float)
    assert str(read.steps[Colour.RED].at) == str(AT)


def test_a_field_that_a_newer_version_added_is_left_unread() -> None:
    assert read_as(Stored, PLAIN | {"newer": 1}) == STORED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": 1}, "name: str_type"),
        ({"name": None}, "name: str_type"),
        ({"number": "1"}, "number: int_type"),
        ({"number": True}, "number: int_type"),
        ({"number": 1.5}, "number: int_type"),
        ({"rate": "0.5"}, "rate: float_type"),
        ({"rate": True}, "rate: float_type"),
        ({"colour": "green"}, "colour: enum"),
        ({"colour": ["red"]}, "colour: enum"),
        ({"steps": []}, "steps: dict_type"),
        ({"steps": {"green": {}}}, "steps.green: enum"),
        ({"steps": {"red": "now"}}, "steps.red: dict_type"),
        ({"steps": {"red": {"at": "2026-11-22T10:05:00+00:00"}}}, "steps.red.ended_at: missing"),
        ({"steps": {"red": {"at": "soon", "ended_at": None}}}, "steps.red.at: datetime_parsing"),
        ({"steps": {"red": {"at": 1_700_000_000, "ended_at": None}}}, "steps.red.at: str_type"),
        ({"steps": {"red": {"at": "2026-11-22T10:05:00", "ended_at": None}}}, "steps.red.at: timezone_aware"),
        ({"points": {"p": [1]}}, "points.p: wrong_length"),
        ({"points": {"p": [1, "2"]}}, "points.p.y: int_type"),
        ({"points": {"p": {"x": 1, "y": 2}}}, "points.p: list_type"),
        ({"words": "bc"}, "words: list_type"),
        ({"words": ["b", 2]}, "words.1: str_type"),
        ({"note": 1}, "note: str_type"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(MisfitError) as refused:
        read_as(Stored, PLAIN | change)

    assert str(refused.value) == problem


@pytest.mark.parametrize("name", list(PLAIN))
def test_a_missing_field_is_refused_even_where_it_has_a_default(name: str) -> None:
    with pytest.raises(MisfitError, match=rf"^{name}: missing$"):
        read_as(Stored, {field: value for field, value in PLAIN.items() if field != name})


@pytest.mark.parametrize("plain", [None, [], "text", 1])
def test_what_is_no_object_is_no_dataclass(plain: Any) -> None:
    with pytest.raises(MisfitError, match=r"^: dict_type$"):
        read_as(Stored, plain)


def test_a_misfit_names_the_item_and_not_the_value() -> None:
    row = {"pk": {"S": "STANDINGS"}, "sk": {"S": "identity#example.com"}}

    with pytest.raises(StateError) as refused, reading(row):
        read_as(Stored, PLAIN | {"colour": "recipient@example.com"})

    assert str(refused.value) == (
        "STANDINGS / identity#example.com cannot be read (colour: enum): delete it to rebuild it"
    )


def test_a_number_that_is_no_json_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        plain_text({"rate": float("nan")})


def test_what_has_no_plain_form_is_not_written() -> None:
    with pytest.raises(TypeError, match=r"^set is not plain JSON$"):
        plain_text({"names": {"a"}})
