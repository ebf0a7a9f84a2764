"""The stack that runs on this machine just now: where another terminal's commands find it."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from console.errors import NoStackError
from console.local_aws.deployment import PROJECT_TEMPLATE
from console.local_stack.stack import LocalStack

CURRENT_STACK = PROJECT_TEMPLATE.parent / ".local-aws" / "current.json"
_HOW_TO_GET_ONE = (
    "run `ses-reputation demo --keep` (or `replay ... --keep`) in another terminal, or name a deployed stack "
    "with --stack"
)


@dataclass(frozen=True, slots=True)
class CurrentStack:
    """Where a stack runs; `process_id` is the command that keeps it running."""

    endpoint_url: str
    account_id: str
    region: str
    stack_name: str
    process_id: int


def read_current_stack(path: Path = CURRENT_STACK) -> CurrentStack:
    """Read which stack runs here. Raises NoStackError where none does."""
    try:
        current = CurrentStack(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NoStackError(f"No stack runs on this machine: {_HOW_TO_GET_ONE}.") from None
    except (OSError, ValueError, TypeError) as error:
        raise NoStackError(f"{path} cannot be read ({error}): delete it, then {_HOW_TO_GET_ONE}.") from None
    if not _is_running(current.process_id):
        raise NoStackError(f"The stack of {path} runs no more: {_HOW_TO_GET_ONE}.")
    return current


@contextmanager
def announce_stack(local: LocalStack, path: Path = CURRENT_STACK) -> Iterator[None]:
    """Let other terminals find the stack until the block ends."""
    current = CurrentStack(
        local.aws.endpoint_url, local.aws.account_id, local.aws.region, local.stack.name, os.getpid()
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(current), indent=2), encoding="utf-8")
    try:
        yield
    finally:
        # A stack that was kept later is announced in the same place, and stays announced.
        if path.exists() and json.loads(path.read_text(encoding="utf-8")) == asdict(current):
            path.unlink()


def keep_running(screen: Console, local: LocalStack) -> None:
    """Keep a stack until Ctrl-C, telling how to look into it."""
    with announce_stack(local):
        screen.print("\nThe stack keeps running until you press Ctrl-C. In another terminal:", style="bold")
        for command in _suggest_commands(local):
            screen.print(f"  ses-reputation {command}")
        screen.print("Or with the AWS CLI, and the account's number as key:")
        account = local.aws.account_id
        screen.print(
            f"  AWS_ENDPOINT_URL={local.aws.endpoint_url} AWS_ACCESS_KEY_ID={account} "
            f"AWS_SECRET_ACCESS_KEY=local AWS_REGION={local.aws.region} aws sqs list-queues",
            soft_wrap=True,
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            screen.print(f"\nStopped. {local.farewell}")


def _suggest_commands(local: LocalStack) -> Iterator[str]:
    delegates = local.stack.parameters.get("DelegateAccounts", "").split(",")
    yield from ("standing", f"standing explain --account {delegates[0] or local.aws.account_id}")
    yield from ("providers", "feeds", "balances", "quarantine list", "suppression show", "suppression export")


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
