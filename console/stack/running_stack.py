"""Which stack runs on this machine now: read from the file in which its command announces it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from console.errors import NoStackError, StackKeptError
from console.local_aws.deployment import PROJECT_TEMPLATE

CURRENT_STACK = PROJECT_TEMPLATE.parent / ".local-aws" / "current.json"
_HOW_TO_GET_ONE = (
    "run `ses-reputation demo --keep` (or `replay ... --keep`) in another terminal, or name a deployed stack "
    "with --stack"
)


@dataclass(frozen=True, slots=True)
class CurrentStack:
    """Where a stack runs, and its SES; `process_id` is that of the command that keeps it running."""

    endpoint_url: str
    account_id: str
    region: str
    stack_name: str
    process_id: int
    ses_endpoint_url: str = ""


def read_current_stack(path: Path = CURRENT_STACK) -> CurrentStack:
    """Read which stack runs on this machine. Raises NoStackError where none does."""
    try:
        current = CurrentStack(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NoStackError(f"No stack runs on this machine: {_HOW_TO_GET_ONE}.") from None
    except (OSError, ValueError, TypeError) as error:
        raise NoStackError(f"{path} cannot be read ({error}): delete it, then {_HOW_TO_GET_ONE}.") from None
    if not _is_running(current.process_id):
        raise NoStackError(f"The stack of {path} no longer runs: {_HOW_TO_GET_ONE}.")
    return current


def refuse_second_stack(path: Path = CURRENT_STACK) -> None:
    """Raise StackKeptError where another command keeps a stack: commands without --stack read that one."""
    try:
        current = read_current_stack(path)
    except NoStackError:
        return
    raise StackKeptError(
        f"Process {current.process_id} keeps a stack on this machine already: end it with Ctrl-C in its "
        f"terminal (or `kill -INT {current.process_id}`), or run this without --keep."
    )


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
