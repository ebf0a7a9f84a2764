"""Putting notifications in: through SNS topics of any account, or straight into the queue."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.errors import DeliveryError

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import BatchResultErrorEntryTypeDef as SnsErrorTypeDef
    from mypy_boto3_sqs.type_defs import BatchResultErrorEntryTypeDef as SqsErrorTypeDef

TOPIC_NAME = "ses-feedback"
_BATCH_ENTRIES = 10
_BATCH_BYTES = 256 * 1024
_THREADS = 4
_PENDING_BATCHES = 64

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class TopicMessage:
    """An SES notification (its JSON, or any text) and the account whose topic publishes it."""

    account_id: str
    message: str


@dataclass(frozen=True, slots=True)
class _Batch:
    account_id: str
    messages: tuple[str, ...]


class FeedbackTopics:
    """One topic per account, made and subscribed to the feedback queue when first needed.

    Without enforced policies every account's topic reaches the queue; with them only those that the
    queue's policy names. The queue's account makes the subscription, since then nobody has to confirm it.
    """

    def __init__(self, aws: LocalAws, queue_arn: str) -> None:
        self._aws = aws
        self._queue_arn = queue_arn
        self._arns: dict[str, str] = {}

    @classmethod
    def of_stack(cls, aws: LocalAws, stack: Stack) -> "FeedbackTopics":
        """Topics that reach the project's stack, whose own account has the stack's topic already."""
        topics = cls(aws, stack.outputs["FeedbackQueueArn"])
        topics._arns[aws.account_id] = stack.outputs["FeedbackTopicArn"]
        return topics

    def open(self, account_id: str) -> str:
        """The ARN of the account's topic."""
        if account_id not in self._arns:
            sns = self._aws.clients(account_id).sns
            topic_arn = sns.create_topic(Name=TOPIC_NAME)["TopicArn"]
            self._subscribe(topic_arn, account_id)
            self._arns[account_id] = topic_arn
        return self._arns[account_id]

    def _subscribe(self, topic_arn: str, account_id: str) -> None:
        queue_account = self._queue_arn.split(":")[4]
        if queue_account != account_id:
            sns = self._aws.clients(account_id).sns
            # The label is taken where another run has opened the topic.
            with suppress(sns.exceptions.InvalidParameterException):
                sns.add_permission(
                    TopicArn=topic_arn,
                    Label="ledger-subscribes",
                    AWSAccountId=[queue_account],
                    ActionName=["Subscribe"],
                )
        subscriber = self._aws.clients(queue_account).sns
        subscriber.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=self._queue_arn)

    def publish(self, notifications: Iterable[TopicMessage], on_progress: Progress | None = None) -> int:
        """Publish all of them, ten a call from a few threads, and return how many there were.

        Their order is not kept. `on_progress` is called, from this thread, with the number published so far.

        Raises:
            DeliveryError: SNS refused one; those after it may not have been published.
        """
        return _deliver(
            self._open_topics(_gather_by_account(notifications)), self._publish_batch, on_progress
        )

    def _open_topics(self, batches: Iterator[_Batch]) -> Iterator[_Batch]:
        # Here, in the one thread that draws batches: two that opened one topic would subscribe it twice.
        for batch in batches:
            self.open(batch.account_id)
            yield batch

    def _publish_batch(self, batch: _Batch) -> int:
        answer = self._aws.clients(batch.account_id).sns.publish_batch(
            TopicArn=self._arns[batch.account_id],
            PublishBatchRequestEntries=[
                {"Id": str(number), "Message": message} for number, message in enumerate(batch.messages)
            ],
        )
        _refuse_failures("SNS", answer["Failed"])
        return len(batch.messages)


def send_to_queue(
    aws: LocalAws, queue_url: str, bodies: Iterable[str], on_progress: Progress | None = None
) -> int:
    """Send bodies (notifications already in their SNS envelope) to a queue as they are; returns how many.

    Raises:
        DeliveryError: SQS refused one; those after it may not have been sent.
    """
    sqs = aws.clients().sqs

    def send(batch: _Batch) -> int:
        answer = sqs.send_message_batch(
            QueueUrl=queue_url,
            Entries=[{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch.messages)],
        )
        _refuse_failures("SQS", answer.get("Failed", []))
        return len(batch.messages)

    own = (TopicMessage(aws.account_id, body) for body in bodies)
    return _deliver(_gather_by_account(own), send, on_progress)


def _deliver(
    batches: Iterator[_Batch], deliver: Callable[[_Batch], int], on_progress: Progress | None
) -> int:
    delivered = 0
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="deliver") as threads:
        while pending := list(islice(batches, _PENDING_BATCHES)):
            for count in threads.map(deliver, pending):
                delivered += count
                if on_progress:
                    on_progress(delivered)
    return delivered


def _gather_by_account(notifications: Iterable[TopicMessage]) -> Iterator[_Batch]:
    """Batches within the limits of PublishBatch: ten entries, 256 KiB together."""
    gathered: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for notification in notifications:
        account, size = notification.account_id, len(notification.message.encode())
        messages = gathered.setdefault(account, [])
        if len(messages) == _BATCH_ENTRIES or (messages and sizes[account] + size > _BATCH_BYTES):
            yield _Batch(account, tuple(messages))
            messages.clear()
        sizes[account] = sizes[account] + size if messages else size
        messages.append(notification.message)
    for account, messages in gathered.items():
        if messages:
            yield _Batch(account, tuple(messages))


def _refuse_failures(service: str, failures: "Sequence[SnsErrorTypeDef | SqsErrorTypeDef]") -> None:
    if failures:
        first = failures[0]
        reason = f"{first['Code']}: {first.get('Message', 'no reason given')}"
        raise DeliveryError(f"{service} refused {len(failures)} messages of a batch; the first: {reason}")
