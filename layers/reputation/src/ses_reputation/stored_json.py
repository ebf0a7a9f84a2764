"""JSON that is stored: written the same for equal values, and read with a clear error.

Dataclasses are read by the annotations of their fields, each as strictly as pydantic would. pydantic itself
took a third of the start of the functions that read these few items.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from ses_reputation.aws.dynamodb import Row
from ses_reputation.errors import StateError, describe_misfit

Shape = TypeVar("Shape")
Place = tuple[str, ...]
Reader = Callable[[Any, Place], Any]

FORMAT = 1
"""How these items are written; a change that this code could not read counts it up."""


class MisfitError(ValueError):
    """Stored JSON does not fit where it is to be read. `place` names the field, `problem` says why."""

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__(f"{'.'.join(place)}: {problem}")
        self.place = place
        self.problem = problem

    def errors(self) -> list[dict[str, Any]]:
        """Return the misfit as pydantic does."""
        return [{"loc": self.place, "type": self.problem}]


def plain_text(value: Any) -> str:
    """Return plain JSON, and the dataclasses and times in it, as text; the same for equal values."""
    return json.dumps(
        value, separators=(",", ":"), sort_keys=True, ensure_ascii=False, allow_nan=False, default=_plain
    )


def fields_of(value: Any, *left_out: str) -> dict[str, Any]:
    """Return the fields of a dataclass by name, but for those left out."""
    return {each.name: getattr(value, each.name) for each in fields(value) if each.name not in left_out}


def read_as(shape: type[Shape], plain: Any, **known: Any) -> Shape:
    """Return a dataclass of what `plain_text` wrote of it; known: the fields that are kept elsewhere.

    Raises MisfitError where a field is missing, even one with a default, or does not fit its annotation.
    """
    value: Shape = _read_dataclass(shape, known, plain, ())
    return value


@contextmanager
def reading(row: Row) -> Iterator[None]:
    """Turn what goes wrong inside into StateError with the item's keys; refuse items of a newer format."""
    name = f"{row['pk']['S']} / {row['sk']['S']}"
    number = int(row.get("format", {}).get("N", "0"))
    if number > FORMAT:
        raise StateError(f"{name} has format {number}, newer than this code: upgrade the functions")
    try:
        yield
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        what = describe_misfit(error) or type(error).__name__
        raise StateError(f"{name} cannot be read ({what}): delete it to rebuild it") from error


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return fields_of(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not plain JSON")


@cache
def _reader_of(annotation: Any) -> Reader:
    """Return what reads a value of an annotated type: of those that stored dataclasses have."""
    if annotation is Any:
        return _read_any
    if origin := get_origin(annotation):
        # `Mapping[K, V]`, `tuple[V, ...]`, `V | None`
        inner = [_reader_of(each) for each in get_args(annotation) if each not in (Ellipsis, NoneType)]
        return partial(_CONTAINERS[origin], *inner)
    if is_dataclass(annotation):
        return partial(_read_dataclass, annotation, {})
    if issubclass(annotation, tuple):
        return partial(_read_named_tuple, annotation)
    return partial(_read_enum if issubclass(annotation, Enum) else _SCALARS[annotation], annotation)


@cache
def _readers_of(shape: Any) -> Mapping[str, Reader]:
    return {name: _reader_of(annotation) for name, annotation in get_type_hints(shape).items()}


def _read_dataclass(shape: Any, known: Mapping[str, Any], plain: Any, place: Place) -> Any:
    _check(dict, plain, place)
    values = dict(known)
    for name, read in _readers_of(shape).items():
        if name not in known:
            if name not in plain:
                raise MisfitError((*place, name), "missing")
            values[name] = read(plain[name], (*place, name))
    return shape(**values)


def _read_named_tuple(shape: Any, plain: Any, place: Place) -> Any:
    _check(list, plain, place)
    readers = _readers_of(shape)
    if len(plain) != len(readers):
        raise MisfitError(place, "wrong_length")
    return shape._make(
        read(each, (*place, name)) for each, (name, read) in zip(plain, readers.items(), strict=True)
    )


def _read_optional(read: Reader, plain: Any, place: Place) -> Any:
    return None if plain is None else read(plain, place)


def _read_mapping(read_key: Reader, read: Reader, plain: Any, place: Place) -> dict[Any, Any]:
    _check(dict, plain, place)
    return {read_key(key, (*place, key)): read(each, (*place, key)) for key, each in plain.items()}


def _read_tuple(read: Reader, plain: Any, place: Place) -> tuple[Any, ...]:
    _check(list, plain, place)
    return tuple(read(each, (*place, str(number))) for number, each in enumerate(plain))


def _read_enum(kind: type[Enum], plain: Any, place: Place) -> Enum:
    try:
        return kind(plain)
    except ValueError as error:
        raise MisfitError(place, "enum") from error


def _read_any(plain: Any, _: Place) -> Any:
    return plain


def _read_time(_: Any, plain: Any, place: Place) -> datetime:
    _check(str, plain, place)
    try:
        at = datetime.fromisoformat(plain)
    except ValueError as error:
        raise MisfitError(place, "datetime_parsing") from error
    if at.tzinfo is None:
        raise MisfitError(place, "timezone_aware")
    return at.astimezone(UTC)


def _read_number(_: Any, plain: Any, place: Place) -> float:
    # JSON does not tell 1 from 1.0.
    return float(plain) if type(plain) is int else _check(float, plain, place)


def _check(kind: type, plain: Any, place: Place) -> Any:
    """Return the value where it is of that very type: JSON's `true` is no number."""
    if type(plain) is not kind:
        raise MisfitError(place, f"{kind.__name__}_type")
    return plain


_CONTAINERS: Mapping[Any, Callable[..., Any]] = {
    Mapping: _read_mapping,
    tuple: _read_tuple,
    UnionType: _read_optional,
}
_SCALARS: Mapping[Any, Callable[..., Any]] = {
    str: _check,
    int: _check,
    bool: _check,
    datetime: _read_time,
    float: _read_number,
}
