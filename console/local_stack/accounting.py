"""Accounting for every message: waiting until each is journaled, ignored, quarantined or failed."""

import time
from collections.abc import Callable

from console.local_aws.function_logs import read_function_log
from console.local_aws.waiting import Backlog
from console.local_stack.await_idle import await_quiet
from console.local_stack.journaled_facts import JournaledFacts
from console.local_stack.message_counting import tally_consumed, tally_log
from console.local_stack.message_fates import Traces, reasons_by_message
from console.local_stack.stack import LocalStack
from console.reports.message_tally import MessageTally
from console.stack.journal_settings import read_journal_settings
from ses_reputation.quarantine.store import QuarantineBucket
from ses_reputation.wording import count

_WHOLE_LOG = 10_000_000
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 1.0


def await_accounts(
    local: LocalStack,
    received: int,
    on_progress: Callable[[Backlog], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> MessageTally:
    """Wait until `received` messages are accounted for and all is quiet; return what became of them.

    Gives up when all has been quiet for a minute and no more are accounted for: then the tally is not
    conserved.

    Raises:
        UnpostedError: what was journaled could not all be posted.
    """
    known, known_since = -1, clock()
    while True:
        failed = await_quiet(local, on_progress)
        tally = read_tally(local, received, failed)
        if tally.accounted_for != known:
            known, known_since = tally.accounted_for, clock()
        if tally.missing <= 0 or clock() - known_since >= _PATIENCE_SECONDS:
            return tally
        sleep(_POLL_SECONDS)


def read_tally(local: LocalStack, received: int, failed: int) -> MessageTally:
    """What became of `received` messages, of which `failed` are in a queue."""
    reasons = reasons_by_message(open_quarantine(local).keys())
    consumed = local.aws.read_consumed_messages(local.stack.outputs["FeedbackQueueArn"])
    if consumed is None:
        name = local.stack.outputs["JournalFeedbackFunctionName"]
        log = read_function_log(local.aws, name, _WHOLE_LOG)
        return tally_log(received, log, reasons.values(), failed)
    functions = local.aws.clients().functions
    settings = read_journal_settings(functions, local.stack.outputs["JournalFeedbackFunctionName"])
    journal = JournaledFacts.read(local.aws.clients().dynamodb, settings.ledger_table)
    traces = Traces(reasons, journal, settings.registry, settings.own_domains)
    return tally_consumed(received, consumed, traces, failed)


def open_quarantine(local: LocalStack) -> QuarantineBucket:
    """The stack's quarantine."""
    return QuarantineBucket(lambda: local.aws.clients().s3, local.stack.outputs["ReputationBucketName"])


def describe_gap(tally: MessageTally) -> str:
    """Say that the tally is not conserved, by how much, and what to do."""
    if tally.missing < 0:
        return (
            f"{count(-tally.missing, 'message')} more than the {tally.received:,} received are in a column, "
            "so the figures are wrong. Does something else send to this queue? If not, please report it."
        )
    return (
        f"{tally.missing:,} of {count(tally.received, 'message')} are in no column: they are in no queue, "
        "and nothing tells that they were journaled, ignored or quarantined, so the figures are too low. "
        "Run it again, on a new stack; if it comes again, please report it."
    )
