"""SES v1: form-encoded requests and XML."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from console.local_aws.ses_stand_in.protocol.models import load_model
from console.local_aws.ses_stand_in.refusals import RefusedRequestError

_NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"
Form = Mapping[str, str]


def read_query_request(body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the action of a request and its parameters; raises RefusedRequestError."""
    decoded = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    form = {name: values[0] for name, values in decoded.items()}
    action = form.get("Action", "")
    model = load_model("ses")
    if action not in model.operation_names:
        raise RefusedRequestError(404, "InvalidAction", f"{action or 'No action'} is not served.")
    shape = model.operation_model(action).input_shape
    asked: dict[str, Any] = _read_structure(form, shape, "") if shape is not None else {}
    for name in shape.required_members if shape is not None else ():
        if name not in asked:
            message = f"1 validation error detected: Value at '{name}' must not be null"
            raise RefusedRequestError(400, "ValidationError", message)
    return action, asked


def write_xml(action: str, answer: Mapping[str, Any]) -> bytes:
    """Return an answer in the form that the model of the action gives it."""
    shape = load_model("ses").operation_model(action).output_shape
    result = ""
    if shape is not None:
        wrapper = shape.serialization["resultWrapper"]
        result = f"<{wrapper}>{_write_members(answer, shape)}</{wrapper}>"
    return f'<{action}Response xmlns="{_NAMESPACE}">{result}</{action}Response>'.encode()


def write_refusal(refusal: RefusedRequestError) -> bytes:
    """Return a refusal in the XML of the query protocol."""
    fault = "Receiver" if refusal.v1_status >= 500 else "Sender"
    return (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{fault}</Type><Code>{escape(refusal.v1_type)}'
        f"</Code><Message>{escape(refusal.message)}</Message></Error></ErrorResponse>"
    ).encode()


def _read_structure(form: Form, shape: Any, prefix: str) -> dict[str, Any]:
    found = {name: _read(form, member, f"{prefix}{name}") for name, member in shape.members.items()}
    return {name: value for name, value in found.items() if value is not None}


def _read(form: Form, shape: Any, name: str) -> Any:
    if shape.type_name == "structure":
        return _read_structure(form, shape, f"{name}.") or None
    if shape.type_name == "list":
        return _read_list(form, shape.member, f"{name}.member") or None
    return None if name not in form else _read_scalar(form[name], shape)


def _read_list(form: Form, shape: Any, prefix: str) -> list[Any]:
    members: list[Any] = []
    while (value := _read(form, shape, f"{prefix}.{len(members) + 1}")) is not None:
        members.append(value)
    return members


def _read_scalar(text: str, shape: Any) -> Any:
    """Return a value as its type; raises RefusedRequestError for one that the model's list has not."""
    allowed = getattr(shape, "enum", None)
    if allowed and text not in allowed:
        message = (
            f"Value '{text}' failed to satisfy constraint: Member must satisfy enum value set: {allowed}"
        )
        raise RefusedRequestError(400, "ValidationError", f"1 validation error detected: {message}")
    if shape.type_name == "boolean":
        return text == "true"
    return base64.b64decode(text) if shape.type_name == "blob" else text


def _write_members(answer: Mapping[str, Any], shape: Any) -> str:
    return "".join(
        f"<{name}>{_write(answer[name], member)}</{name}>"
        for name, member in shape.members.items()
        if answer.get(name) is not None
    )


def _write(value: Any, shape: Any) -> str:
    if shape.type_name == "structure":
        return _write_members(value, shape)
    if shape.type_name == "list":
        return "".join(f"<member>{_write(each, shape.member)}</member>" for each in value)
    if shape.type_name == "map":
        return "".join(
            f"<entry><key>{escape(key)}</key><value>{_write(each, shape.value)}</value></entry>"
            for key, each in value.items()
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return escape(str(value))
