"""Waiting for a stack to fall quiet, without waiting for ever for a message that keeps failing."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from console.errors import UnpostedError
from console.local_aws.function_logs import read_function_log
from console.local_aws.waiting import Backlog, count_dead_letters, settle
from console.local_stack.stack import LocalStack
from console.terminal.screen import Step

_LONGEST_SECONDS = 3_600.0
# More than a call of PostBalancesFunction may take: until it ends, nothing seems to move.
_PATIENCE_SECONDS = 150.0
_LOG_LINES = 20
_POSTING_QUEUES = ("PostingDeadLetterQueue", "PostponedHoursDeadLetterQueue")


class _StalledError(Exception):
    """Nothing has moved for a while."""


@dataclass(slots=True)
class _StallWatch:
    """Gives up when a backlog stays as it is, unless hours are postponed: those wait on purpose."""

    on_progress: Callable[[Backlog], None]
    clock: Callable[[], float]
    backlog: Backlog = field(init=False, default=Backlog(0, 0, 0))
    _moved_at: float = field(init=False, default=0.0)

    def __call__(self, backlog: Backlog) -> None:
        self.on_progress(backlog)
        now = self.clock()
        if backlog != self.backlog or backlog.postponed_hours:
            self.backlog, self._moved_at = backlog, now
        elif not backlog.is_empty and now - self._moved_at >= _PATIENCE_SECONDS:
            raise _StalledError


def await_quiet(
    local: LocalStack, on_progress: Callable[[Backlog], None], clock: Callable[[], float] = time.monotonic
) -> int:
    """Wait until nothing is on its way, or nothing moves any more; return how many messages failed.

    Failed messages are in the dead-letter queue of feedback, or in the feedback queue to be tried again.

    Raises:
        UnpostedError: what was journaled could not all be posted.
    """
    watch = _StallWatch(on_progress, clock)
    with contextlib.suppress(_StalledError):
        settle(local.aws, local.stack, watch, _LONGEST_SECONDS)
    left, dead = watch.backlog, count_dead_letters(local.aws, local.stack)
    unposted = left.stream_records or left.postponed_hours or any(dead[queue] for queue in _POSTING_QUEUES)
    if unposted:
        raise UnpostedError(_describe_unposted(local))
    return left.feedback_messages + dead["FeedbackDeadLetterQueue"]


def show_backlog(step: Step, backlog: Backlog, messages: int) -> None:
    """Show how many of so many messages are journaled."""
    step.advance_to(max(0, messages - backlog.feedback_messages), messages)


def _describe_unposted(local: LocalStack) -> str:
    """The log goes with the stack, so its end is part of the message; it holds no address."""
    lines = read_function_log(local.aws, local.stack.outputs["PostBalancesFunctionName"], _LOG_LINES)
    return "\n".join(["Not all balances could be posted. The end of PostBalancesFunction's log:", *lines])
