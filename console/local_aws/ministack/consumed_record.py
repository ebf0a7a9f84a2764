"""The record of consumed messages: those that left a queue because a function was done with them."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

RECORD_NAME = "consumed-messages.ndjson"


@dataclass(frozen=True, slots=True)
class ConsumedMessage:
    """A queue message that a function took `receive_count` times, and did not report as failed the last
    time."""

    queue_arn: str
    message_id: str
    body: str
    receive_count: int

    def as_line(self) -> str:
        """The message as a line of the record."""
        return json.dumps(asdict(self)) + "\n"


def read_record(record: Path, queue_arn: str) -> Iterator[ConsumedMessage]:
    """Yield what was consumed from a queue, as far as the record is written."""
    if not record.exists():
        return
    with record.open(encoding="ascii") as lines:
        for line in lines:
            message = ConsumedMessage(**json.loads(line)) if line.endswith("\n") else None
            if message and message.queue_arn == queue_arn:
                yield message
