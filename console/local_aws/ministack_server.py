"""What runs in the emulator's process: ministack, with the corrections that the pipeline needs.

Run by path under whichever interpreter has ministack, so it imports nothing of this project.
Each correction says what AWS does; docs/local-aws.md says what would go wrong without it.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc, scheduler, sns, sqs

Message = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

UNREAD_STREAM_RECORDS_PATH = "/_ses_reputation/unread-stream-records"
_SCHEDULER_TICK_SECONDS = 1
_API_BATCH = 10
_LAMBDA_BATCH_BYTES = 6_000_000


def deliver_under_the_queues_lock() -> None:
    """SNS appends to a queue without its lock, and readers replace the list: a delivery could vanish."""
    deliver: Callable[..., None] = sns._deliver_to_sqs

    def deliver_locked(*arguments: Any, **options: Any) -> None:
        with sqs._queues_lock:
            deliver(*arguments, **options)

    sns._deliver_to_sqs = deliver_locked


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


def retry_stream_batches_that_report_failures() -> None:
    """A stream's batch is retried when its function names failed records; ministack would drop them.

    The whole batch comes again, where AWS begins at the first failed record.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    execute: Callable[..., dict[str, Any]] = lambda_svc._execute_function

    def execute_and_check(function: dict[str, Any], event: Any, *rest: Any, **options: Any) -> dict[str, Any]:
        result = execute(function, event, *rest, **options)
        if _is_stream_batch(event) and _names_failures(result.get("body")):
            return result | {"error": True}
        return result

    lambda_svc._execute_function = execute_and_check


def _is_stream_batch(event: Any) -> bool:
    records: list[Message] = (event.get("Records") if isinstance(event, dict) else None) or []
    return any(record.get("eventSource") == "aws:dynamodb" for record in records[:1])


def _names_failures(body: Any) -> bool:
    answer = json.loads(body) if isinstance(body, str) and body.startswith("{") else body
    return isinstance(answer, dict) and bool(answer.get("batchItemFailures"))


def count_loopback_as_tls_and_tell_unread() -> None:
    """Policies that refuse plain HTTP let this machine's own traffic pass; and one page more to read."""
    serve: Callable[[Scope, Receive, Send], Awaitable[None]] = app.app

    async def serve_here(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == UNREAD_STREAM_RECORDS_PATH:
            await _answer(send, count_unread_stream_records())
        elif scope["type"] == "http":
            await serve(scope | {"scheme": "https"}, receive, send)
        else:
            await serve(scope, receive, send)

    app.app = serve_here


def count_unread_stream_records() -> int:
    """Records of tables' streams that an enabled mapping has not finished with."""
    return sum(
        _count_unread(account_id, region, mapping)
        for account_id, region, mapping in lambda_svc._iter_all_esms()
        if ":dynamodb:" in mapping.get("EventSourceArn", "") and mapping.get("Enabled", True)
    )


def _count_unread(account_id: str, region: str, mapping: dict[str, Any]) -> int:
    table = mapping["EventSourceArn"].split("/")[1]
    with request_scope(account_id, region):
        start = dynamodb.stream_start_position(table)
        end = dynamodb.stream_end_position(table)
        position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"], start)
        return max(0, int(end) - max(int(position), int(start)))


async def _answer(send: Send, count: int) -> None:
    body = json.dumps({"unread": count}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def stop_with_the_parent() -> None:
    """Standard input ends when the starting process is gone, however it went."""

    def wait_for_end() -> None:
        with contextlib.suppress(OSError):
            sys.stdin.buffer.read()
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait_for_end, daemon=True, name="parent-watch").start()


def main() -> None:
    """Serve until stopped."""
    stop_with_the_parent()
    deliver_under_the_queues_lock()
    fill_batches_like_lambda()
    retry_stream_batches_that_report_failures()
    count_loopback_as_tls_and_tell_unread()
    # A one-time schedule of now need not wait for ten seconds.
    scheduler._SCHEDULE_TICK_INTERVAL = _SCHEDULER_TICK_SECONDS
    app.main()


if __name__ == "__main__":
    main()
