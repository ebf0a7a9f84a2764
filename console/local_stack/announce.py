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
from console.stack.connection import Connection
from console.stack.running_stack import CURRENT_STACK, CurrentStack, refuse_second_stack
from console.terminal.screen import print_line
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.shell_words import shell_option, shell_word
from ses_reputation.suppression.snapshot.snapshot_reader import list_targets
from ses_reputation.suppression.targets import Target


@contextmanager
def announce_stack(local: LocalStack, path: Path = CURRENT_STACK) -> Iterator[None]:
    """Let other terminals find the stack until the block ends.

    Raises StackKeptError where another command announced one meanwhile.
    """
    refuse_second_stack(path)
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
        for command in suggest_commands(local):
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


def suggest_commands(local: LocalStack) -> Iterator[str]:
    """Yield commands that have something to show of this stack."""
    kept = Connection(local.aws.clients(), local.stack)
    states = kept.assessments.read_states().values()
    accounts = [state for state in states if state.entity.kind is EntityKind.ACCOUNT]
    if states:
        yield from ("standing", "serve")
    if accounts:
        worst = max(
            accounts, key=lambda state: (state.standing.severity if state.standing else -1, state.entity)
        )
        places = [state.entity for state in accounts if state.entity.name == worst.entity.name]
        region = f" {shell_option('--region', worst.entity.region)}" if len(places) > 1 else ""
        yield f"standing explain {shell_option('--account', worst.entity.name)}{region}"
    if kept.assessments.senders():
        yield from ("providers", "feeds")
    yield from ("balances", "quarantine list", "suppression export")
    own = Target(local.aws.account_id, local.aws.region)
    if own in list_targets(kept.snapshots):
        yield "suppression show"
