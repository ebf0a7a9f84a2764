"""`ses-reputation quarantine`: messages that were not journaled, why, and their way back."""

from collections.abc import Iterator
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from console.actions.retry_quarantined import FeedbackQueue, RetryOutcome, retry_quarantined
from console.errors import NotFoundError
from console.options import JsonOption, StackOption, check_account
from console.reports.quarantine import (
    describe_key,
    describe_retry,
    print_keys,
    print_record,
    print_retry,
    print_summary,
    summarize,
)
from console.stack.connection import Connection, connect
from console.stack.quarantined import QuarantinedMessage, key_parts, read_quarantined
from console.terminal.screen import Narrator, Step, open_screen, print_json, print_line
from ses_reputation.feedback.provenance import Reason
from ses_reputation.quarantine.record import PREFIX, QuarantineRecord
from ses_reputation.wording import count

app = typer.Typer(help="Look at messages that did not count, and retry them.", no_args_is_help=True)

ReasonOption = Annotated[Reason | None, typer.Option(metavar="REASON", help="Only this reason.")]
TopicAccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="ACCOUNT", callback=check_account, help="Only topics of this account."),
]

# A signature that does not hold will not hold later: such messages are retried only if asked for by name.
_NOT_RETRIED = {"forged_envelope"}


@app.command("list")
def list_quarantined(
    stack: StackOption = None, reason: ReasonOption = None, json: JsonOption = False
) -> None:
    """List the keys of quarantined messages: each names reason, day and queue message."""
    keys = list(connect(stack).quarantine.keys(reason or ""))
    if json:
        print_json({"quarantined": [describe_key(key) for key in keys]})
    else:
        print_keys(open_screen(), keys)


@app.command("summary")
def summarize_quarantine(
    stack: StackOption = None,
    reason: ReasonOption = None,
    account: TopicAccountOption = None,
    json: JsonOption = False,
) -> None:
    """Count quarantined messages by reason, topic's account and day, with examples."""
    connection = connect(stack)
    narrator = Narrator(open_screen(on_stderr=True))
    keys = _list_keys(narrator, connection, reason)
    with narrator.step("Read them", len(keys)) as step:
        groups = summarize(_read(connection, keys, account, step))
    if json:
        print_json({"summary": [group.to_json() for group in groups]})
    else:
        print_summary(open_screen(), groups, stack)


@app.command("retry")
def retry_quarantine(
    stack: StackOption = None,
    reason: ReasonOption = None,
    account: TopicAccountOption = None,
    json: JsonOption = False,
) -> None:
    """Put back on the queue what would not be quarantined any more, and say why the rest stays.

    Messages are read with the settings of the stack's own function and the code of this command: deploy the
    same version. It may be stopped at any time, and run again: a message that is journaled twice counts once.
    Exits with 1 if not all were looked at.
    """
    connection = connect(stack)
    narrator = Narrator(open_screen(on_stderr=True))
    settings = connection.journal_settings
    keys = _list_keys(narrator, connection, reason)
    if not reason:
        keys = [key for key in keys if key_parts(key)[0] not in _NOT_RETRIED]
    with narrator.step("Read them again, and put back what counts now", len(keys)) as step:
        messages = _read(connection, keys, account, step)
        queue = FeedbackQueue(connection.clients.sqs, connection.output("FeedbackQueueUrl"))
        outcome = retry_quarantined(messages, settings, queue, connection.quarantine)
    _report(outcome, narrator, is_json=json)


@app.command("show")
def show_quarantined(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A key as `quarantine list` prints it.")],
    stack: StackOption = None,
    json: JsonOption = False,
) -> None:
    """Show one quarantined message in full. It may hold addresses."""
    record = _load(connect(stack), key)
    if json:
        print_json({"key": key, **record.to_json()})
    else:
        print_record(open_screen(), key, record)


def _list_keys(narrator: Narrator, connection: Connection, reason: Reason | None) -> list[str]:
    with narrator.step("List the quarantine") as step:
        keys = list(connection.quarantine.keys(reason or ""))
        step.outcome = f"List the quarantine: {count(len(keys), 'message')}"
    return keys


def _read(
    connection: Connection, keys: list[str], account: str | None, step: Step
) -> Iterator[QuarantinedMessage]:
    messages = read_quarantined(connection.quarantine, keys, step.advance_to)
    return (message for message in messages if account in (None, message.account))


def _report(outcome: RetryOutcome, narrator: Narrator, *, is_json: bool) -> None:
    if is_json:
        print_json(describe_retry(outcome))
    else:
        print_retry(open_screen(), outcome)
    if outcome.obstacle:
        text = f"Error: stopped before all were looked at: {outcome.obstacle}. Run it again."
        print_line(narrator.screen, text, style="bold red")
    if not outcome.is_complete:
        raise typer.Exit(1)


def _load(connection: Connection, key: str) -> QuarantineRecord:
    try:
        if key.startswith(PREFIX):
            return connection.quarantine.load(key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
    raise NotFoundError(f"No quarantined message has the key {key}: see `quarantine list`.")
