"""What functions consume from queues, kept on record: ministack forgets what leaves its queue."""

from pathlib import Path
from typing import Any

from ministack.services import sqs

from console.local_aws.ministack.consumed_record import ConsumedMessage

Message = dict[str, Any]


def record_consumed_messages(record: Path) -> None:
    """Write each message that a function is done with to the record, before it leaves its queue.

    One that came again in the meantime has another receipt handle: it stays, and is written when it leaves.
    """
    lines = record.open("a", encoding="ascii")

    def consume(queue_url: str, receipt_handles: set[str]) -> None:
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            kept: list[Message] = []
            consumed: list[Message] = []
            for message in queue["messages"]:
                (consumed if message.get("receipt_handle") in receipt_handles else kept).append(message)
            lines.writelines(_describe(queue, message).as_line() for message in consumed)
            lines.flush()
            queue["messages"] = kept

    sqs._delete_messages_for_esm = consume


def _describe(queue: dict[str, Any], message: Message) -> ConsumedMessage:
    return ConsumedMessage(
        queue["attributes"]["QueueArn"], message["id"], message["body"], message["receive_count"]
    )
