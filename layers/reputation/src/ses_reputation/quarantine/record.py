"""What is kept of a quarantined message, and where."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from ses_reputation.feedback.reading import Quarantined
from ses_reputation.feedback.timestamps import format_timestamp

PREFIX = "quarantine/"


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """A message, whole, and why it was not booked. `received_at` is when the queue took it, aware UTC."""

    reason: str
    explanation: str
    topic_arn: str
    sqs_message_id: str
    received_at: datetime
    body: str

    @property
    def key(self) -> str:
        """The object's key: reason, day and queue message, never an address; the same when written again."""
        return f"{PREFIX}{self.reason}/{self.received_at:%Y-%m-%d}/{self.sqs_message_id}.json"


def record_of(
    quarantined: Quarantined, sqs_message_id: str, received_at: datetime, body: str
) -> QuarantineRecord:
    """Return the record of a message that was read as `quarantined`."""
    return QuarantineRecord(
        quarantined.reason.value,
        quarantined.explanation,
        quarantined.topic_arn,
        sqs_message_id,
        received_at,
        body,
    )


def dump_record(record: QuarantineRecord) -> bytes:
    """Return a record as JSON, UTF-8."""
    content = {
        "reason": record.reason,
        "explanation": record.explanation,
        "topic_arn": record.topic_arn,
        "sqs_message_id": record.sqs_message_id,
        "received_at": format_timestamp(record.received_at),
        "body": record.body,
    }
    return json.dumps(content, ensure_ascii=True, indent=1).encode()


def load_record(content: bytes) -> QuarantineRecord:
    """Return the record in `content`. Raises ValueError or KeyError where it is none."""
    fields = json.loads(content)
    received_at = datetime.fromisoformat(fields.pop("received_at")).astimezone(UTC)
    return QuarantineRecord(received_at=received_at, **fields)
