"""The commands that a document names, in its blocks and in its sentences, and whether each exists."""

import functools
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import typer.main
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel
from typer.exceptions import TyperException

from console.application import app
from tests.support.aws.pasted_command import RENAMED
from tests.support.pasted_text import check_pasted
from tests.support.stack_template import ROOT

_BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_START = re.compile(r"^\s*(?:\$ )?(?:\.venv(?:-sam)?/bin/)?(ses-reputation|aws|make|sam) (?=[a-z])(.*)$")
SAM_PYTHON = ROOT / ".venv-sam" / "bin" / "python"
# What the AWS CLI takes with each of its commands (AWS CLI user guide, "Command line options").
_GLOBAL = {"region", "profile", "output", "query", "endpoint-url", "cli-binary-format"}
# Commands of the AWS CLI that are no operations of an API.
_OF_THE_CLI_ITSELF = {
    ("sso", "login"),
    ("s3", "cp"),
    ("s3", "ls"),
    ("s3", "sync"),
    ("logs", "tail"),
    ("cloudformation", "deploy"),
}
# Brackets, dots and words in capitals stand for something.
_OPEN = re.compile(r"[\[(|]|\.\.\.|\b[A-Z_]{3,}\b")
_MODULE = re.compile(r"\bpython3? -m ([a-z_.]+)")
_TARGETS = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def commands_of(document: Path) -> Iterator[str]:
    """Yield the commands that a document names, each as one line, continued lines joined."""
    text = document.read_text(encoding="utf-8")
    for block in _BLOCK.findall(text):
        joined = re.sub(r"\\\n\s*", " ", block)
        # A synopsis goes on in lines that are indented.
        joined = re.sub(r"\n {8,}(?=[\[(-])", " ", joined)
        yield from (found[0].strip() for line in joined.splitlines() if (found := _START.match(line)))
    for inline in _INLINE.findall(_BLOCK.sub("", text)):
        if _START.match(inline):
            yield inline


def modules_of(document: Path) -> set[str]:
    """Return the modules of ours that a document says to run by `python -m`."""
    return set(_MODULE.findall(document.read_text(encoding="utf-8"))) - {"venv", "pip"}


def documents() -> list[Path]:
    """Return every document of this project, by what git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def fault_of(command: str) -> str:
    """Return what is wrong with a command; "" where program, command and all its options exist.

    One of ours that has options and leaves nothing open is parsed too: its arguments and values are right.
    """
    found = _START.match(command)
    assert found, command
    if found[1] == "ses-reputation" and " --" in command and not _OPEN.search(found[2]):
        try:
            check_pasted(f"ses-reputation {found[2].partition(' #')[0]}")
        except TyperException as error:
            return str(error)
        except KeyError as error:
            return f"no command {error.args[0]}"
    # Another command may follow it on the line.
    alone = found[2].partition(" #")[0].partition(" && ")[0]
    words = re.sub(r"[\[\]()|]|\.\.\.", " ", alone).split()
    fault = {
        "ses-reputation": _fault_of_ours,
        "aws": _fault_of_aws,
        "make": _fault_of_make,
        "sam": _fault_of_sam,
    }
    return fault[found[1]](words)


_PROGRAM = typer.main.get_command(app)


def _fault_of_ours(words: list[str]) -> str:
    command: Any = _PROGRAM
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        name = words.pop(0)
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return _unknown(words, known | {"--help"})


def _fault_of_aws(words: list[str]) -> str:
    service, action, *rest = words
    if (service, action) in _OF_THE_CLI_ITSELF:
        return ""
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return f"no service {service}"
    operations = [name for name in model.operation_names if xform_name(name, "-") == action]
    if not operations:
        return f"no operation {action}"
    return _unknown(rest, _options_of(model.operation_model(operations[0])))


def _options_of(operation: OperationModel) -> set[str]:
    members = operation.input_shape.members if operation.input_shape else {}
    names = {xform_name(name, "-") for name in members} | RENAMED.get(operation.name, {}).keys()
    # The AWS CLI makes two options of a boolean.
    return {f"--{name}" for name in names | {f"no-{name}" for name in names} | _GLOBAL}


def _fault_of_make(words: list[str]) -> str:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(_TARGETS.findall(text))
    unknown = [word for word in words if re.fullmatch(r"[a-z-]+", word) and word not in targets]
    if unknown:
        return f"no target {unknown[0]}"
    named = [word.partition("=")[0] for word in words if re.match(r"[A-Z_]+=", word)]
    unused = [name for name in named if not re.search(rf"\$[({{(]+{name}\b|\(if \$\({name}\)", text)]
    return f"no variable {unused[0]}" if unused else ""


def _fault_of_sam(words: list[str]) -> str:
    """Say what the SAM CLI itself does not know; "" where it is not installed."""
    command, *rest = words
    if command == "remote":
        command = f"{command} {rest.pop(0)}"
    if not SAM_PYTHON.exists():
        return ""
    known = _options_of_sam(command)
    return _unknown(rest, known) if known else f"no command {command}"


_LIST_OPTIONS = """
import importlib, json, sys
group, _, name = sys.argv[1].partition(" ")
try:
    command = importlib.import_module(f"samcli.commands.{group}.{name + '.cli' if name else 'command'}").cli
except ModuleNotFoundError:
    print([])
else:
    print(json.dumps([option for each in command.params for option in (*each.opts, *each.secondary_opts)]))
"""


@functools.cache
def _options_of_sam(command: str) -> set[str]:
    answer = subprocess.run(  # noqa: S603
        [str(SAM_PYTHON), "-c", _LIST_OPTIONS, command], capture_output=True, text=True, check=True
    )
    return set(json.loads(answer.stdout))


def _unknown(words: list[str], known: set[str]) -> str:
    options = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    unknown = [option for option in options if option not in known]
    return f"no option {unknown[0]}" if unknown else ""
