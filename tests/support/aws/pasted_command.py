"""Runs a command of the AWS CLI that a report prints, as its reader would: through botocore's own models."""

import json
import shlex
from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.model import Shape

Connect = Callable[[str, str, str], Any]
# AWS CLI reference, `sns subscribe`: --endpoint would be the AWS CLI's own option.
RENAMED = {"Subscribe": {"notification-endpoint": "Endpoint"}}


def run_pasted(command: str, account: str, connect: Connect) -> None:
    """Run `aws SERVICE ACTION --region R --option value ...` with credentials of an account."""
    program, service, action, *words = shlex.split(command)
    assert program == "aws", command
    options = options_of(words)
    client = connect(account, service, options.pop("region")[0])
    operation = next(
        name for name in client.meta.service_model.operation_names if xform_name(name, "-") == action
    )
    members = client.meta.service_model.operation_model(operation).input_shape.members
    by_option = {xform_name(name, "-"): name for name in members} | RENAMED.get(operation, {})
    asked = {by_option[name]: _value(members[by_option[name]], given) for name, given in options.items()}
    getattr(client, xform_name(operation))(**asked)


def options_of(words: list[str]) -> dict[str, list[str]]:
    """Return the options of a command with the words behind each, without `--`."""
    options: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            name, has_value, value = word[2:].partition("=")
            options[name] = [value] if has_value else []
        else:
            next(reversed(options.values())).append(word)
    return options


def _value(shape: Shape, given: list[str]) -> Any:
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "list":
        return given
    if shape.type_name in {"structure", "map"}:
        return json.loads(given[0])
    return given[0]
