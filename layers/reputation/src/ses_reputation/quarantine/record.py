"""What is kept of a quarantined message, and where."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from re import compile as pattern
from typing import Any

from ses_reputation.feedback.set_aside import Quarantined
from ses_reputation.hours import day_of, format_timestamp

PREFIX = "quarantine/"
CERTIFICATE_ATTRIBUTE = "SigningCertificate"
"""The attribute (of type String) of a queue message that holds the certificate of its envelope, as PEM."""
# The ids of SQS are of this form; what is not must not shape a key.
_is_name = pattern(r"[A-Za-z0-9_-]{1,100}").fullmatch
_TEXTS = ("reason", "explanation", "topic_arn", "sqs_message_id", "body")


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """A message, whole, and why it was not journaled.

    received_at: when the queue took it, aware UTC. certificate: the one that its envelope names, with its
    issuers, as PEM, if it is SNS's: SNS does not publish it for ever.
    """

    reason: str
    explanation: str
    topic_arn: str
    sqs_message_id: str
    received_at: datetime
    body: str
    certificate: str = ""

    @property
    def key(self) -> str:
        """The object's key: reason, day and queue message, never an address; the same when written again."""
        name = self.sqs_message_id if _is_name(self.sqs_message_id) else _digest(self.sqs_message_id)
        return f"{PREFIX}{self.reason}/{day_of(self.received_at)}/{name}.json"

    def to_json(self) -> dict[str, str]:
        """Return the fields by name, as they are stored and shown."""
        return {**asdict(self), "received_at": format_timestamp(self.received_at)}

    @classmethod
    def from_json(cls, fields: Any) -> "QuarantineRecord":
        """Return the record that `to_json` wrote. Raises ValueError where it is none."""
        try:
            texts = {name: str(fields[name]) for name in _TEXTS}
            received_at = datetime.fromisoformat(fields["received_at"]).astimezone(UTC)
            return cls(**texts, received_at=received_at, certificate=str(fields.get("certificate", "")))
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError("the object is no record of the quarantine") from error


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def record_of(
    quarantined: Quarantined, sqs_message_id: str, received_at: datetime, body: str, certificate: str = ""
) -> QuarantineRecord:
    """Return the record of a message that was read as `quarantined`."""
    return QuarantineRecord(
        quarantined.reason.value,
        quarantined.explanation,
        quarantined.topic_arn,
        sqs_message_id,
        received_at,
        body,
        certificate,
    )
