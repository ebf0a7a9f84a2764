"""Holds answers to botocore's models: no unknown member, required ones there, right types and enums."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    # JSON has numbers for times; botocore's parser makes datetimes of them.
    "timestamp": (int, float, datetime),
    "string": (str,),
    "blob": (bytes, str),
}


def deviations(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Yield where a value (JSON, or parsed by botocore) is not of a shape."""
    if shape.type_name == "structure":
        yield from _in_structure(value, shape, path)
    elif shape.type_name == "list":
        yield from _in_list(value, shape, path)
    elif shape.type_name == "map":
        yield from _in_map(value, shape, path)
    elif not _is_of(value, _TYPES[shape.type_name]):
        yield f"{path}: {value!r} is no {shape.type_name}"
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"


def unknown_elements(element: Element, shape: Any, path: str = "") -> Iterator[str]:
    """Yield the elements of an XML answer that a shape does not have: botocore's parser skips them."""
    for child in element:
        name = child.tag.rpartition("}")[2]
        if shape.type_name == "structure":
            if name not in shape.members:
                yield f"{path}.{name}"
            else:
                yield from unknown_elements(child, shape.members[name], f"{path}.{name}")
        elif shape.type_name == "list" and name == "member":
            yield from unknown_elements(child, shape.member, f"{path}[]")
        elif shape.type_name == "map" and name == "entry":
            yield from unknown_elements(child[1], shape.value, f"{path}{{}}")
        else:
            yield f"{path}.{name}"


def _in_structure(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no structure"
        return
    yield from (f"{path}.{name} is unknown" for name in sorted(value.keys() - shape.members.keys()))
    yield from (f"{path}.{name} is missing" for name in shape.required_members if name not in value)
    for name in sorted(value.keys() & shape.members.keys()):
        yield from deviations(value[name], shape.members[name], f"{path}.{name}")


def _in_list(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: {value!r} is no list"
        return
    for each in value:
        yield from deviations(each, shape.member, f"{path}[]")


def _in_map(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no map"
        return
    for key, each in value.items():
        yield from deviations(key, shape.key, f"{path} key")
        yield from deviations(each, shape.value, f"{path}{{}}")


def _is_of(value: Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))
