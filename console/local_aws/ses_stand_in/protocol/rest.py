"""SES v2: REST paths and JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from console.local_aws.ses_stand_in.protocol.models import load_model
from console.local_aws.ses_stand_in.refusals import RefusedRequestError, bad_request

_Route = tuple[str, "re.Pattern[str]", str]


def read_rest_request(method: str, target: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the operation of a request and its parameters; raises RefusedRequestError."""
    url = urlsplit(target)
    for http_method, path, operation in _routes():
        if http_method == method and (found := path.fullmatch(url.path)):
            in_path = {name: unquote(value) for name, value in found.groupdict().items()}
            return operation, _parameters(operation, in_path, parse_qs(url.query, True), body)
    raise RefusedRequestError(404, "UnknownOperationException", f"{method} {url.path} is not served.")


def write_json(answer: Mapping[str, Any]) -> bytes:
    """Return an answer as JSON; times are Unix seconds, as in all of SES v2."""
    return json.dumps(answer, default=_write_time).encode()


def _write_time(value: object) -> float:
    if not isinstance(value, datetime):
        raise TypeError(f"SES v2 answers no {type(value).__name__}")
    return round(value.timestamp(), 3)


@cache
def _routes() -> list[_Route]:
    """All operations of v2; a path without a placeholder goes before those that have one in its place."""
    model = load_model("sesv2")
    rules = [(model.operation_model(name).http, name) for name in model.operation_names]
    rules.sort(key=lambda rule: (rule[0]["requestUri"].count("{"), rule[1]))
    return [(rule["method"], _pattern(rule["requestUri"], name), name) for rule, name in rules]


def _pattern(uri: str, operation: str) -> "re.Pattern[str]":
    """Return a path's pattern; each placeholder is named by its parameter, not by its place in the path."""
    members = load_model("sesv2").operation_model(operation).input_shape.members
    names = {shape.serialization.get("name"): name for name, shape in members.items()}
    parts = re.split(r"\{(\w+)\}", uri.rstrip("/"))
    literal = [re.escape(part) for part in parts[::2]]
    groups = [f"(?P<{names[part]}>[^/]+)" for part in parts[1::2]]
    # botocore writes a colon and an @ of a path's value as they are, and a slash as %2F.
    return re.compile("".join(a + b for a, b in zip(literal, [*groups, ""], strict=True)) + "/?")


def _parameters(
    operation: str, in_path: dict[str, str], query: dict[str, list[str]], body: bytes
) -> dict[str, Any]:
    shape = load_model("sesv2").operation_model(operation).input_shape
    known = shape.members if shape is not None else {}
    fields = _read_fields(body) if body else {}
    fields = {name: value for name, value in fields.items() if name in known and value is not None}
    asked = fields | dict(_in_query(known, query)) | in_path
    missing = [name for name in (shape.required_members if shape is not None else ()) if name not in asked]
    if missing:
        raise bad_request(f"1 validation error detected: {missing[0]} is required.")
    return asked


def _in_query(known: Mapping[str, Any], query: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    for name, shape in known.items():
        written = query.get(shape.serialization.get("name", name))
        if shape.serialization.get("location") == "querystring" and written:
            yield name, written if shape.type_name == "list" else written[0]


def _read_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise RefusedRequestError(400, "SerializationException", "The body is not a JSON object.")
    return fields
