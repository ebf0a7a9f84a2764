"""Waiting until everything that was put in has come out: balances posted, or dead-lettered."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.errors import SettlingTimeoutError

FEEDBACK_QUEUE = "FeedbackQueue"
POSTPONED_HOURS_QUEUE = "PostponedHoursQueue"
_DEAD_LETTER_SUFFIX = "DeadLetterQueue"
_POLL_SECONDS = 0.2
_POSTING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Work that is still on its way; `stream_records` is None where nobody can tell."""

    feedback_messages: int
    stream_records: int | None
    postponed_hours: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known to be on its way."""
        return not (self.feedback_messages or self.stream_records or self.postponed_hours)


@dataclass(frozen=True, slots=True)
class Settled:
    """The quiet pipeline: messages in each dead-letter queue, by logical id, zeros included."""

    dead_letters: Mapping[str, int]


def settle(
    aws: LocalAws,
    stack: Stack,
    on_progress: Callable[[Backlog], None] | None = None,
    timeout_seconds: float = 900.0,
) -> Settled:
    """Wait until queue, stream and postponed hours are empty, and say what was dead-lettered.

    Where nobody can tell how much of the stream is unread, the rest must have been empty for the posting
    window and ten seconds.

    Raises:
        SettlingTimeoutError: they were not within the time; says what was left, with the emulator's log.
    """
    until = time.monotonic() + timeout_seconds
    busy_at = time.monotonic()
    while True:
        backlog = measure_backlog(aws, stack)
        if on_progress:
            on_progress(backlog)
        now = time.monotonic()
        if not backlog.is_empty:
            busy_at = now
        elif now - busy_at >= _quiet_seconds(backlog, stack):
            return Settled(count_dead_letters(aws, stack))
        if now >= until:
            raise SettlingTimeoutError(_describe_rest(aws, stack, backlog, timeout_seconds))
        time.sleep(_POLL_SECONDS)


def measure_backlog(aws: LocalAws, stack: Stack) -> Backlog:
    """What is on its way now, looked at in the order of the flow.

    A message leaves its queue only after its function has written, so a look in this order that finds
    nothing anywhere means that nothing is left.
    """
    return Backlog(
        feedback_messages=_count_messages(aws, stack.resources[FEEDBACK_QUEUE]),
        stream_records=aws.count_unread_stream_records(),
        postponed_hours=_count_messages(aws, stack.resources.get(POSTPONED_HOURS_QUEUE)),
    )


def count_dead_letters(aws: LocalAws, stack: Stack) -> dict[str, int]:
    """Messages in each of the stack's dead-letter queues, by logical id."""
    return {
        logical_id: _count_messages(aws, queue_url)
        for logical_id, queue_url in sorted(stack.resources.items())
        if logical_id.endswith(_DEAD_LETTER_SUFFIX)
    }


def _count_messages(aws: LocalAws, queue_url: str | None) -> int:
    """Visible, in flight and delayed together."""
    if queue_url is None:
        return 0
    attributes = aws.clients().sqs.get_queue_attributes(
        QueueUrl=queue_url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return sum(int(count) for count in attributes.values())


def _quiet_seconds(backlog: Backlog, stack: Stack) -> float:
    if backlog.stream_records is not None:
        return 0.0
    return float(stack.parameters.get("PostingWindowSeconds", 0)) + _POSTING_SECONDS


def _describe_rest(aws: LocalAws, stack: Stack, backlog: Backlog, seconds: float) -> str:
    return (
        f"After {seconds:.0f} s there is still work: {backlog.feedback_messages} messages in the feedback "
        f"queue, {backlog.stream_records} unread stream records, {backlog.postponed_hours} postponed hours; "
        f"dead letters: {count_dead_letters(aws, stack)}. The end of the emulator's log:\n{aws.log_tail()}"
    )
