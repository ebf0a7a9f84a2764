"""A deployed stack that is tried out: what is put in, and what can be seen of what became of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from botocore.exceptions import ClientError

from console.local_aws.delivery import send_to_queue
from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import EXPORT_WORKFLOW
from console.local_aws.subscriber import HeardAlert, HeardEvent, Hearing
from console.local_aws.waiting import count_dead_letters, measure_backlog, settle
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.keys import balance_key, journal_key
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from tests.support.notifications import DELEGATE, envelope, published
from tests.support.waiting import HANG_SECONDS, await_that

WHOLE_LOG = 1_000_000
_FEWEST_HOURS_AGO = 30


@dataclass(slots=True)
class Audience:
    """Whoever hears the stack's alerts and events, and remembers them."""

    hearing: Hearing
    alerts: list[HeardAlert] = field(default_factory=list)
    events: list[HeardEvent] = field(default_factory=list)

    def has_alert(self, identity: str) -> bool:
        """Whether an alert named this identity."""
        self.alerts += self.hearing.take_alerts()
        return any(alert.attributes.get("identity") == identity for alert in self.alerts)

    def has_event(self, identity: str) -> bool:
        """Whether an event named this identity."""
        self.events += self.hearing.take_events()
        return any(event.detail["entity"].get("identity") == identity for event in self.events)


@dataclass(frozen=True, slots=True)
class Trial:
    """A deployed stack under enforced policies, who hears it, and numbers that are used once."""

    aws: LocalAws
    stack: Stack
    audience: Audience
    _numbers: "count[int]" = field(default_factory=lambda: count(_FEWEST_HOURS_AGO))
    # Counted from here, no two numbers name one hour or minute, however long the trial takes.
    _begun_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def next_hour(self) -> Shard:
        """A whole account-hour that nothing was journaled to, more than a day old."""
        hour = self._begun_at - timedelta(hours=next(self._numbers))
        return Shard(Segment(AccountHour(DELEGATE, "us-east-1", f"{hour:%Y-%m-%dT%H}")))

    def next_minute(self) -> str:
        """A scheduled time that no export has had."""
        return f"{self._begun_at - timedelta(minutes=next(self._numbers)):%Y-%m-%dT%H:%M:00Z}"

    def send_bounce(self, hour: Shard, queue: str = "FeedbackQueue") -> None:
        """Put a bounce of a new message of this hour into the feedback queue, or another."""
        notified_at = f"{hour.segment.account_hour.send_hour}:05:00.000Z"
        bounce = published(
            "Bounce",
            mail_fields={"timestamp": notified_at, "messageId": str(uuid4())},
            bounceType="Permanent",
            bounceSubType="General",
            bouncedRecipients=[{"emailAddress": "recipient-1@gmail.com"}],
            timestamp=notified_at,
            feedbackId=str(uuid4()),
        )
        self.send(queue, self.aws.envelope_signer().sign_body(envelope(json.dumps(bounce))))

    def send(self, queue: str, body: str) -> None:
        """Put a message into one of the stack's queues."""
        send_to_queue(self.aws, self.stack.resources[queue], [body])

    def write_strange_item(self) -> str:
        """Put an item below JOURNAL# whose key names no hour; return its partition key."""
        key = key_of_item("JOURNAL#of no hour", f"{datetime.now(UTC)}")
        self.aws.clients().dynamodb.put_item(TableName=self.stack.resources["LedgerTable"], Item=key)
        return key["pk"]["S"]

    def has_page(self, hour: Shard) -> bool:
        """Whether an hour has a journal page."""
        answer = self.aws.clients().dynamodb.query(
            TableName=self.stack.resources["LedgerTable"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": journal_key(hour)}},
        )
        return answer["Count"] > 0

    def has_balance(self, hour: Shard) -> bool:
        """Whether an hour has a balance."""
        table = self.stack.resources["LedgerTable"]
        key = key_of_item(*balance_key(hour))
        return "Item" in self.aws.clients().dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)

    def count_log_lines(self, function: str, text: str = "") -> int:
        """How many lines of a function's log hold a text."""
        lines = read_function_log(self.aws, self.stack.resources[function], WHOLE_LOG)
        return sum(text in line for line in lines)

    def count_quarantined(self) -> int:
        """How many objects are in quarantine."""
        bucket = self.stack.resources["ReputationBucket"]
        return self.aws.clients().s3.list_objects_v2(Bucket=bucket, Prefix="quarantine/")["KeyCount"]

    def count_executions(self) -> int:
        """How many runs the export's workflow has had."""
        return len(self._list_executions())

    def fall_quiet(self) -> None:
        """Give up what can only end by hand, wait for all else, and see that no feedback was set aside."""
        clients = self.aws.clients()
        for execution in self._list_executions("RUNNING"):
            try:
                clients.step_functions.stop_execution(executionArn=execution)
            except ClientError:
                # It may have ended by itself meanwhile.
                assert execution not in self._list_executions("RUNNING")
        self.let_hours_be_postponed(is_allowed=True)
        await_that(self._is_all_posted, "everything was journaled and posted or postponed")
        clients.sqs.purge_queue(QueueUrl=self.stack.resources["PostponedHoursQueue"])
        settle(self.aws, self.stack, timeout_seconds=HANG_SECONDS)
        assert count_dead_letters(self.aws, self.stack)["FeedbackDeadLetterQueue"] == 0

    def let_hours_be_postponed(self, *, is_allowed: bool) -> None:
        """Let the queue of postponed hours take messages, or refuse them."""
        sqs, queue = self.aws.clients().sqs, self.stack.resources["PostponedHoursQueue"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        refusal = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        policy = "" if is_allowed else json.dumps({"Version": "2012-10-17", "Statement": [refusal]})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})

    def _is_all_posted(self) -> bool:
        backlog = measure_backlog(self.aws, self.stack)
        return not (backlog.feedback_messages or backlog.stream_records)

    def _list_executions(self, *statuses: str) -> list[str]:
        machine = self.stack.resources[EXPORT_WORKFLOW]
        executions = self.aws.clients().step_functions.list_executions(stateMachineArn=machine)["executions"]
        return [each["executionArn"] for each in executions if not statuses or each["status"] in statuses]


def key_of_item(partition: str, sort: str) -> dict[str, dict[str, str]]:
    """The key of one of the ledger's items, as the low-level API has it."""
    return {"pk": {"S": partition}, "sk": {"S": sort}}
