"""Whether what a report prints to be pasted is a command that exists, with options that it takes."""

import re
import shlex
from typing import Any

import botocore.session
import typer.main
from botocore import xform_name
from botocore.model import OperationModel

from console.application import app
from tests.support.aws.pasted_command import RENAMED, options_of

_OURS = re.compile(r"`(ses-reputation [^`]*)`")


def check_pasted(command: str) -> None:
    """Fail unless a command is one of `ses-reputation`, or of the AWS CLI by botocore's models."""
    program, *words = shlex.split(command)
    {"ses-reputation": _check_ours, "aws": _check_aws}[program](words)


def commands_in(text: str) -> list[str]:
    """Return the commands of ours that a sentence quotes."""
    return _OURS.findall(text)


def _check_ours(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    # A group that runs by itself, such as `standing`, may have options in place of a command.
    while hasattr(command, "commands") and not (
        (not words or words[0].startswith("-")) and command.invoke_without_command
    ):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


def _check_aws(words: list[str]) -> None:
    service, action, *rest = words
    model = botocore.session.get_session().get_service_model(service)
    (operation,) = (
        model.operation_model(name) for name in model.operation_names if xform_name(name, "-") == action
    )
    options, known = options_of(rest), _options(operation)
    assert options.pop("region")
    assert set(options) <= known.keys(), words
    required = operation.input_shape.required_members if operation.input_shape else []
    assert {known[name] for name in options} >= set(required), words


def _options(operation: OperationModel) -> dict[str, str]:
    members = operation.input_shape.members if operation.input_shape else {}
    by_name = {xform_name(name, "-"): name for name in members}
    # The AWS CLI makes two options of a boolean: `--sending-enabled`, `--no-sending-enabled`.
    negated = {
        f"no-{option}": name for option, name in by_name.items() if members[name].type_name == "boolean"
    }
    return by_name | negated | RENAMED.get(operation.name, {})
