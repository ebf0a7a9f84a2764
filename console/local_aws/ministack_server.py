"""What runs in the emulator's process: ministack, with the corrections that the pipeline needs.

Run by path under whichever interpreter has ministack, so it imports nothing of this project.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.services import lambda_svc, sns, sqs

if TYPE_CHECKING:
    from collections.abc import Callable

Message = dict[str, Any]
_API_BATCH = 10


def _deliver_under_the_queues_lock() -> None:
    """SNS appends to a queue without its lock, and readers replace the list: a delivery could vanish."""
    deliver: Callable[..., None] = sns._deliver_to_sqs

    def deliver_locked(*arguments: Any, **options: Any) -> None:
        with sqs._queues_lock:
            deliver(*arguments, **options)

    sns._deliver_to_sqs = deliver_locked


def _fill_batches_like_lambda() -> None:
    """Batches of up to BatchSize (not 10), gathered over MaximumBatchingWindowInSeconds (not ignored).

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """

    def receive(queue_url: str, batch_size: int) -> list[Message]:
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            if not _is_batch_due(queue, int(batch_size or _API_BATCH)):
                return []
            visibility_timeout = int(queue["attributes"].get("VisibilityTimeout", "30"))
            messages: list[Message] = sqs._collect_msgs(queue, int(batch_size or 1), visibility_timeout)
            return messages

    sqs._receive_messages_for_esm = receive


def _is_batch_due(queue: dict[str, Any], batch_size: int) -> bool:
    window = _find_window(queue["attributes"].get("QueueArn", ""))
    now = time.time()
    visible = [message["visible_at"] for message in queue["messages"] if message["visible_at"] <= now]
    return bool(visible) and (window == 0 or len(visible) >= batch_size or now - min(visible) >= window)


def _find_window(queue_arn: str) -> int:
    windows = [
        int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        for _account, _region, mapping in lambda_svc._iter_all_esms()
        if mapping.get("EventSourceArn") == queue_arn
    ]
    return min(windows, default=0)


def _stop_with_the_parent() -> None:
    """Standard input ends when the starting process is gone, however it went."""

    def wait_for_end() -> None:
        with contextlib.suppress(OSError):
            sys.stdin.buffer.read()
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait_for_end, daemon=True, name="parent-watch").start()


if __name__ == "__main__":
    _stop_with_the_parent()
    _deliver_under_the_queues_lock()
    _fill_batches_like_lambda()
    app.main()
