"""Messages of the quarantine go back to the feedback queue, if today's settings and code take them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from console.stack.quarantined import QuarantinedMessage
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.quarantine.record import CERTIFICATE_ATTRIBUTE, QuarantineRecord
from ses_reputation.quarantine.store import QuarantineBucket

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
_MOST_SENT_TOGETHER = 10
_MOST_BYTES_TOGETHER = 256 * 1024
_MOST_ATTRIBUTE_BYTES = len(CERTIFICATE_ATTRIBUTE) + len("String")

Refusal = tuple[str, str]
"""Why a message would be quarantined again: the reason, and its explanation."""


@dataclass(slots=True)
class RetryOutcome:
    """What became of the messages that were looked at: each is in one of the first four.

    put_back: on the queue, by what they would be read as. staying: still refused, and why, with the key of
    one. unreadable: objects that are no records. not_sent: those that the queue refused, by its error.
    obstacle: why the rest was not looked at, "" where all were.
    """

    put_back: Counter[str] = field(default_factory=Counter)
    staying: Counter[Refusal] = field(default_factory=Counter)
    examples: dict[Refusal, str] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    not_sent: Counter[str] = field(default_factory=Counter)
    obstacle: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether all messages were looked at, and none that should be on the queue is not."""
        return not (self.not_sent or self.obstacle)


@dataclass(frozen=True, slots=True)
class FeedbackQueue:
    """The queue that feedback is journaled from."""

    client: "SQSClient"
    url: str

    def send(self, messages: "Sequence[_Sendable]") -> dict[int, str]:
        """Send up to ten messages; return the places of those that the queue did not take, and why."""
        answer = self.client.send_message_batch(
            QueueUrl=self.url,
            Entries=[
                {
                    "Id": str(place),
                    "MessageBody": each.record.body,
                    "MessageAttributes": _attributes_of(each.record),
                }
                for place, each in enumerate(messages)
            ],
        )
        return {int(failed["Id"]): failed["Code"] for failed in answer.get("Failed", ())}


class _Sendable(NamedTuple):
    key: str
    read_as: str
    record: QuarantineRecord


def _attributes_of(record: QuarantineRecord) -> "dict[str, MessageAttributeValueTypeDef]":
    """Return what a message brings along: its certificate, as SNS may not publish that any more."""
    if not record.certificate:
        return {}
    return {CERTIFICATE_ATTRIBUTE: {"DataType": "String", "StringValue": record.certificate}}


def retry_quarantined(
    messages: Iterable[QuarantinedMessage],
    settings: JournalSettings,
    queue: FeedbackQueue,
    quarantine: QuarantineBucket,
) -> RetryOutcome:
    """Read messages again, and put back on the queue what would not be quarantined any more.

    A message leaves the quarantine after the queue has taken it. Cut off in between it is in both, and the
    next retry puts it back once more: what is journaled twice counts once.
    """
    outcome = RetryOutcome()
    try:
        for together in _in_batches(_readable_again(messages, settings, outcome)):
            refused = queue.send(together)
            outcome.not_sent.update(refused.values())
            sent = [each for place, each in enumerate(together) if place not in refused]
            outcome.put_back.update(each.read_as for each in sent)
            for each in sent:
                quarantine.remove(each.key)
    except (UnavailableError, ClientError, BotoCoreError) as error:
        outcome.obstacle = str(error)
    return outcome


def _readable_again(
    messages: Iterable[QuarantinedMessage], settings: JournalSettings, outcome: RetryOutcome
) -> Iterator[_Sendable]:
    """Yield what the queue's reader would take; count what it would not."""
    for message in messages:
        if message.record is None:
            outcome.unreadable.append(message.key)
            continue
        reading = read_wire(message.record.body, settings.registry, settings.own_domains)
        if isinstance(reading, Quarantined):
            refusal = (str(reading.reason), reading.explanation)
            outcome.staying[refusal] += 1
            outcome.examples.setdefault(refusal, message.key)
        else:
            yield _Sendable(message.key, _name(reading), message.record)


def _name(reading: object) -> str:
    match reading:
        case Observed():
            return "journaled"
        case Ignored():
            return "ignored"
    return "subscription"


def _in_batches(sendable: Iterable[_Sendable]) -> Iterator[list[_Sendable]]:
    together: list[_Sendable] = []
    size = 0
    for each in sendable:
        # SQS counts attributes, with their names and types.
        more = len(each.record.body.encode(errors="replace")) + _MOST_ATTRIBUTE_BYTES
        more += len(each.record.certificate)
        if together and (len(together) == _MOST_SENT_TOGETHER or size + more > _MOST_BYTES_TOGETHER):
            yield together
            together, size = [], 0
        together.append(each)
        size += more
    if together:
        yield together
