"""SQS as Lambda and SNS use it on AWS: full batches, and no delivery that gets lost."""

import inspect
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from ministack.services import eventbridge, lambda_svc, sns, sqs

Message = dict[str, Any]

_API_BATCH = 10
_LAMBDA_BATCH_BYTES = 6_000_000


def lock_queues() -> None:
    """Whatever adds to a queue's list, or replaces it, holds the lock, as only ministack's mappings do.

    A message that was added while the list was replaced would vanish.
    """
    # One action is part of another.
    sqs._queues_lock = threading.RLock()
    _lock_actions()
    for part_of_receiving in ("_expire_retained", "_dlq_sweep", "_collect_msgs"):
        setattr(sqs, part_of_receiving, _under_lock(getattr(sqs, part_of_receiving)))
    sns._deliver_to_sqs = _under_lock(sns._deliver_to_sqs)
    eventbridge._dispatch_to_sqs = _under_lock(eventbridge._dispatch_to_sqs)
    lambda_svc._send_ddb_stream_failure_record = _under_lock(lambda_svc._send_ddb_stream_failure_record)


def _lock_actions() -> None:
    """All of SQS's but ReceiveMessage, which waits between the parts that it is made of."""
    for name, act in sqs._HANDLERS.items():
        if not inspect.iscoroutinefunction(act):
            sqs._HANDLERS[name] = _under_lock(act)
            setattr(sqs, act.__name__, sqs._HANDLERS[name])


def _under_lock(change: Callable[..., Any]) -> Callable[..., Any]:
    def change_locked(*arguments: Any, **options: Any) -> Any:
        with sqs._queues_lock:
            return change(*arguments, **options)

    return change_locked


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
    lambda_svc._sqs_esm_concurrency = _with_numbers(lambda_svc._sqs_esm_concurrency)


def _with_numbers(concurrency: Callable[..., int]) -> Callable[..., int]:
    """Take MaximumConcurrency as the number that it is: a template's parameter comes as text.

    CloudFormation makes a number of a parameter where a property asks for one (CloudFormation user guide,
    "Parameters"). Compared with a number, the text ends ministack's reading of all queues.
    """

    def concurrency_of(mapping: Mapping[str, Any], *arguments: Any) -> int:
        scaling = {name: int(value) for name, value in (mapping.get("ScalingConfig") or {}).items()}
        return concurrency({**mapping, "ScalingConfig": scaling}, *arguments)

    return concurrency_of


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


def redrive_dead_letters() -> None:
    """Serve StartMessageMoveTask: dead letters go back to the queues that they came from, at once.

    Those of other queues only, not of SNS or Lambda (SQS API reference, StartMessageMoveTask).
    """
    sqs._HANDLERS["StartMessageMoveTask"] = _start_message_move_task


def _start_message_move_task(asked: Mapping[str, Any], _url: str) -> dict[str, str]:
    dead_letters = sqs._queue_by_arn(asked["SourceArn"])
    if dead_letters is None:
        raise sqs._Err("ResourceNotFoundException", "The resource that you specified does not exist.")
    sources = [
        queue for queue in sqs._queues.values() if _dead_letters_of(queue["attributes"]) == asked["SourceArn"]
    ]
    if not sources:
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    # What a person put into a dead-letter queue names no source: each of ours has one only.
    by_arn = {"": sources[0]} | {queue["attributes"]["QueueArn"]: queue for queue in sources}
    for message in dead_letters["messages"]:
        source = by_arn[message["sys"].pop("DeadLetterQueueSourceArn", "")]
        source["messages"].append({**message, "receive_count": 0, "visible_at": time.time()})
    dead_letters["messages"].clear()
    sqs.esm_wake.set()
    return {"TaskHandle": uuid4().hex}


def _dead_letters_of(attributes: Mapping[str, str]) -> str:
    """The ARN of a queue's dead-letter queue; "" where it has none."""
    return str(json.loads(attributes.get("RedrivePolicy") or "{}").get("deadLetterTargetArn", ""))
