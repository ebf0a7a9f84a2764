"""SQS as Lambda and SNS use it on AWS: full batches, and no delivery that gets lost."""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, lambda_svc, sns, sqs

Message = dict[str, Any]

_API_BATCH = 10
_LAMBDA_BATCH_BYTES = 6_000_000


def deliver_under_the_queues_lock() -> None:
    """SNS and EventBridge append to a queue without its lock while readers replace its list, which could lose
    a delivery."""
    sns._deliver_to_sqs = _under_lock(sns._deliver_to_sqs)
    eventbridge._dispatch_to_sqs = _under_lock(eventbridge._dispatch_to_sqs)


def _under_lock(deliver: Callable[..., None]) -> Callable[..., None]:
    def deliver_locked(*arguments: Any, **options: Any) -> None:
        with sqs._queues_lock:
            deliver(*arguments, **options)

    return deliver_locked


def fill_batches_like_lambda() -> None:
    """Batches of up to BatchSize (not 10), gathered over MaximumBatchingWindowInSeconds (not ignored).

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """

    def receive(queue_url: str, batch_size: int | str) -> list[Message]:
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            count = _count_due(queue, int(batch_size or _API_BATCH))
            if not count:
                return []
            visibility_timeout = int(queue["attributes"].get("VisibilityTimeout", "30"))
            messages: list[Message] = sqs._collect_msgs(queue, count, visibility_timeout)
            return messages

    sqs._receive_messages_for_esm = receive


def _count_due(queue: dict[str, Any], batch_size: int) -> int:
    """How many messages the next batch takes: 0 while its window is open."""
    now = time.time()
    visible = [message for message in queue["messages"] if message["visible_at"] <= now]
    if not visible:
        return 0
    count = _count_fitting(visible[:batch_size])
    is_full = count == batch_size or count < len(visible)
    waited = now - min(message["visible_at"] for message in visible)
    return count if is_full or waited >= _find_window(queue["attributes"].get("QueueArn", "")) else 0


def _count_fitting(messages: list[Message]) -> int:
    """Lambda ends a batch before its 6 MB."""
    size = 0
    for count, message in enumerate(messages):
        size += len(message["body"])
        if count and size > _LAMBDA_BATCH_BYTES:
            return count
    return len(messages)


def _find_window(queue_arn: str) -> int:
    windows = [
        int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        for _account, _region, mapping in lambda_svc._iter_all_esms()
        if mapping.get("EventSourceArn") == queue_arn
    ]
    return min(windows, default=0)
