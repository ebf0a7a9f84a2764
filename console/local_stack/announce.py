"""Keeping a stack on this machine, and announcing it to the commands of other terminals."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from console.local_stack.stack import LocalStack
from console.stack.running_stack import CURRENT_STACK, CurrentStack
from console.terminal.screen import print_line
from ses_reputation.shell_words import shell_option, shell_word


@contextmanager
def announce_stack(local: LocalStack, path: Path = CURRENT_STACK) -> Iterator[None]:
    """Let other terminals find the stack until the block ends."""
    current = CurrentStack(
        local.aws.endpoint_url,
        local.aws.account_id,
        local.aws.region,
        local.stack.name,
        os.getpid(),
        local.ses.endpoint_url,
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(current), indent=2), encoding="utf-8")
    try:
        yield
    finally:
        # A stack that was kept later is announced in the same file, and stays announced.
        if path.exists() and json.loads(path.read_text(encoding="utf-8")) == asdict(current):
            path.unlink()


def keep_running(screen: Console, local: LocalStack) -> None:
    """Keep a stack until Ctrl-C, and print how to look into it."""
    with announce_stack(local):
        screen.print("\nThe stack keeps running until you press Ctrl-C. In another terminal:", style="bold")
        for command in _suggest_commands(local):
            print_line(screen, f"  ses-reputation {command}")
        screen.print("Or with the AWS CLI; the access key is the account id:")
        account = local.aws.account_id
        print_line(
            screen,
            f"  AWS_ENDPOINT_URL={shell_word(local.aws.endpoint_url)} AWS_ACCESS_KEY_ID={account} "
            f"AWS_SECRET_ACCESS_KEY=local AWS_REGION={shell_word(local.aws.region)} aws sqs list-queues",
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            screen.print(f"\nStopped. {local.farewell}")


def _suggest_commands(local: LocalStack) -> Iterator[str]:
    delegates = local.stack.parameters.get("DelegateAccounts", "").split(",")
    account = shell_option("--account", delegates[0] or local.aws.account_id)
    yield from ("standing", f"standing explain {account}")
    yield from ("providers", "feeds", "balances", "quarantine list", "suppression show", "suppression export")
