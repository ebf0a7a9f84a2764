"""What AWS keeps of the past for a time, whatever is deleted now, and when it is gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.stack.connection import Connection
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.wording import count

# What holds notifications, by its logical id in template.yaml.
_QUEUES = ("FeedbackQueue", "FeedbackDeadLetterQueue", "UndeliveredFeedbackQueue")
# DynamoDB's, where the table names none (API reference, PointInTimeRecoverySpecification).
_RECOVERY_DAYS = 35


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something that may hold the address until a time; "why" says how the address got there."""

    what: str
    gone_at: datetime
    why: str


def read_expiries(connection: Connection, now: datetime) -> list[Expiry]:
    """Return what is gone when, as the stack is set up now. Raises UnavailableError."""
    return [*_backups(connection, now), *_queues(connection, now)]


def _backups(connection: Connection, now: datetime) -> Iterator[Expiry]:
    table = connection.output("LedgerTableName")
    with translating_aws_errors("DescribeContinuousBackups"):
        answer = connection.clients.dynamodb.describe_continuous_backups(TableName=table)
    recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        days = recovery.get("RecoveryPeriodInDays", _RECOVERY_DAYS)
        yield Expiry(
            f"point-in-time recovery of table {table}",
            now + timedelta(days=days),
            f"The table can be restored to any time of the last {days} days.",
        )


def _queues(connection: Connection, now: datetime) -> Iterator[Expiry]:
    for name in _QUEUES:
        url = connection.stack.resources.get(name)
        if url is None:
            continue
        with translating_aws_errors("GetQueueAttributes"):
            read = connection.clients.sqs.get_queue_attributes(
                QueueUrl=url, AttributeNames=["MessageRetentionPeriod", "ApproximateNumberOfMessages"]
            )["Attributes"]
        kept = timedelta(seconds=int(read["MessageRetentionPeriod"]))
        waiting = int(read.get("ApproximateNumberOfMessages", 0))
        yield Expiry(
            f"messages in {name}",
            now + kept,
            f"Waiting there now: about {count(waiting, 'message')}. What is journaled of them later is new, "
            "and not forgotten.",
        )
