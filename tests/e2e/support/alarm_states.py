"""The state in which each alarm rings, made on a deployed stack, with the repair that is left to the reader.

Where the emulator cannot make it (a lag, a throttle, what SNS or a schedule could not deliver), it is what
the state leaves behind: messages in a queue, balances that are missing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from console.local_aws.errors import InvocationError
from console.local_aws.invocation import run_scheduled
from console.local_aws.schedules import EXPORT_WORKFLOW
from ses_reputation.ledger.keys import balance_key, journal_key
from ses_reputation.ledger.shards import Shard
from ses_reputation.rollup.entities import SenderIdentity
from tests.e2e.support.alarm_reader import Reader
from tests.e2e.support.standing_work import PAUSED, REGION, post_balance, send_badly
from tests.e2e.support.trials import Trial, key_of_item
from tests.e2e.support.work import export_the_list
from tests.support.notifications import DELEGATE, FOREIGN, envelope, published
from tests.support.waiting import await_that

ASSESS, STATISTICS, DIGEST, STATEMENT, EXPORT = (
    f"{name}Function"
    for name in (
        "AssessReputation",
        "ReadSesStatistics",
        "SendDigest",
        "PublishStatement",
        "ExportSuppression",
    )
)
JOURNAL, POST = "JournalFeedbackFunction", "PostBalancesFunction"


def _nothing() -> None:
    """Nothing has to be repaired by hand."""


@dataclass(frozen=True, slots=True)
class State:
    """An alarm's state: whether it is over, what the reader repairs, and what a log or report must say."""

    is_over: Callable[[], bool]
    repair: Callable[[], None] = _nothing
    says: str = ""


Cause = Callable[[Trial, Reader], State]


def lost_balance(trial: Trial) -> Shard:
    """An hour that was posted, and whose balance is gone."""
    hour = trial.next_hour()
    trial.send_bounce(hour)
    await_that(lambda: trial.has_balance(hour), "the hour was posted")
    trial.aws.clients().dynamodb.delete_item(
        TableName=trial.stack.resources["LedgerTable"], Key=key_of_item(*balance_key(hour))
    )
    return hour


def count_messages(trial: Trial, queue: str) -> int:
    """Messages of a queue, whether or not somebody has received them."""
    asked = trial.aws.clients().sqs.get_queue_attributes(
        QueueUrl=trial.stack.resources[queue],
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(int(number) for number in asked["Attributes"].values())


def set_variables(trial: Trial, function: str, **changed: str) -> Callable[[], None]:
    """Change a function's settings; return what puts them back."""
    functions, name = trial.aws.clients().functions, trial.stack.resources[function]
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def set_to(variables: Mapping[str, str]) -> None:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    set_to({**before, **changed})
    return lambda: set_to(before)


def is_well(trial: Trial, function: str) -> bool:
    """Whether a call of a function, as its schedule makes it, succeeds."""
    try:
        run_scheduled(trial.aws, trial.stack.resources[function], datetime.now(UTC))
    except InvocationError:
        return False
    return True


def undelivered_feedback(trial: Trial, reader: Reader) -> State:
    """Somebody took the queue's policy away, and a bounce lies where SNS puts what it cannot deliver."""
    sqs, queue, hour = trial.aws.clients().sqs, trial.stack.resources["FeedbackQueue"], trial.next_hour()
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    trial.send_bounce(hour, "UndeliveredFeedbackQueue")

    def repair() -> None:
        diagnosis = reader.printed["ses-reputation doctor --stack ses-reputation"]
        reader.run(next(line for line in diagnosis.splitlines() if "aws sqs set-queue-attributes" in line))

    def is_over() -> bool:
        policy = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]["Policy"]
        is_allowed = trial.stack.resources["FeedbackTopic"] in policy
        return (
            is_allowed and trial.has_balance(hour) and not count_messages(trial, "UndeliveredFeedbackQueue")
        )

    return State(is_over, repair, says="does not let SNS deliver")


def feedback_dead_letter(trial: Trial, _reader: Reader) -> State:
    """The function cannot write, and SQS gives a bounce up after its first try."""
    clients, resources, hour = trial.aws.clients(), trial.stack.resources, trial.next_hour()
    attributes = clients.sqs.get_queue_attributes(
        QueueUrl=resources["FeedbackQueue"], AttributeNames=["RedrivePolicy", "VisibilityTimeout"]
    )["Attributes"]
    impatient = json.loads(attributes["RedrivePolicy"]) | {"maxReceiveCount": 1}
    clients.sqs.set_queue_attributes(
        QueueUrl=resources["FeedbackQueue"],
        Attributes={"RedrivePolicy": json.dumps(impatient), "VisibilityTimeout": "1"},
    )
    put_back = set_variables(trial, JOURNAL, LEDGER_TABLE="gone")
    trial.send_bounce(hour)
    await_that(lambda: count_messages(trial, "FeedbackDeadLetterQueue") == 1, "the bounce was given up")

    def repair() -> None:
        put_back()
        clients.sqs.set_queue_attributes(QueueUrl=resources["FeedbackQueue"], Attributes=attributes)

    return State(lambda: trial.has_balance(hour), repair, says="ResourceNotFoundException")


def mapping_off(function: str, source: str) -> Cause:
    """Somebody switched off what feeds a function from a queue or a stream, and feedback waits."""

    def cause(trial: Trial, _reader: Reader) -> State:
        functions = trial.aws.clients().functions
        hour = lost_balance(trial) if source == "PostponedHoursQueue" else trial.next_hour()
        mappings = functions.list_event_source_mappings(FunctionName=trial.stack.resources[function])
        (mapping,) = [
            each["UUID"]
            for each in mappings["EventSourceMappings"]
            if trial.stack.resources[source].rpartition("/")[2] in each["EventSourceArn"]
        ]
        functions.update_event_source_mapping(UUID=mapping, Enabled=False)
        if source == "PostponedHoursQueue":
            trial.send(source, postponed(hour))
        else:
            trial.send_bounce(hour)
        return State(lambda: trial.has_balance(hour), says="Disabled")

    return cause


def postponed(hour: Shard) -> str:
    """A message that asks for an hour to be posted."""
    return json.dumps({"shard": journal_key(hour), "due_at": datetime.now(UTC).isoformat()})


def quarantined(trial: Trial, _reader: Reader) -> State:
    """An account that nobody registered reports its mail; the repair registers it."""
    hour = trial.next_hour()
    sent_at = f"{hour.segment.account_hour.send_hour}:05:00.000Z"
    bounce = published(
        "Bounce",
        mail_fields={"timestamp": sent_at, "messageId": str(uuid4()), "sendingAccountId": FOREIGN},
        bounceType="Permanent",
        bounceSubType="General",
        bouncedRecipients=[{"emailAddress": "recipient-1@gmail.com"}],
        timestamp=sent_at,
        feedbackId=str(uuid4()),
    )
    before = trial.count_quarantined()
    body = trial.aws.envelope_signer().sign_body(envelope(json.dumps(bounce), FOREIGN))
    trial.send("FeedbackQueue", body)
    await_that(lambda: trial.count_quarantined() > before, "the message was set aside")

    def register() -> None:
        known = trial.stack.parameters["DelegateAccounts"]
        set_variables(trial, JOURNAL, DELEGATE_ACCOUNTS=f"{known},{FOREIGN}")

    return State(
        lambda: trial.count_quarantined() == before,
        register,
        says="foreign_topic",
    )


def balances_behind(queue: str = "", body: Callable[[Shard], str] = lambda _hour: "") -> Cause:
    """An hour's balance is missing; in a queue lies what the failure left."""

    def cause(trial: Trial, _reader: Reader) -> State:
        hour = lost_balance(trial)
        if queue:
            trial.send(queue, body(hour))
        return State(lambda: trial.has_balance(hour) and (not queue or count_messages(trial, queue) == 0))

    return cause


def loop_forbidden(trial: Trial, _reader: Reader) -> State:
    """Lambda is told to end loops of the function; what it dropped was not posted."""
    functions, name = trial.aws.clients().functions, trial.stack.resources[POST]
    hour = lost_balance(trial)
    functions.put_function_recursion_config(FunctionName=name, RecursiveLoop="Terminate")
    return State(
        lambda: (
            trial.has_balance(hour)
            and functions.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"
        )
    )


def broken(function: str, variable: str = "LEDGER_TABLE", value: str = "gone") -> Cause:
    """A setting of a function is wrong, and its call fails."""

    def cause(trial: Trial, _reader: Reader) -> State:
        put_back = set_variables(trial, function, **{variable: value})
        assert not is_well(trial, function)
        return State(lambda: is_well(trial, function), put_back, "ResourceNotFound" * (value == "gone"))

    return cause


def letter_of_a_schedule(queue: str, function: str) -> Cause:
    """A schedule could not start a function: its event lies in the queue."""

    def cause(trial: Trial, _reader: Reader) -> State:
        trial.send(queue, json.dumps({"scheduled_at": trial.next_minute()}))
        return State(lambda: count_messages(trial, queue) == 0 and is_well(trial, function))

    return cause


def reading_that_says(text: str) -> Cause:
    """SES was read; the log says what could not be."""

    def cause(trial: Trial, _reader: Reader) -> State:
        assert is_well(trial, STATISTICS)
        return State(lambda: True, says=text)

    return cause


def change_unpublished(trial: Trial, _reader: Reader) -> State:
    """The alert topic refuses: an entity's change is not published until it does not."""
    identity = send_badly(trial)
    topic = trial.stack.outputs["AlertTopicArn"]
    put_back = set_variables(trial, ASSESS, ALERT_TOPIC_ARN=f"{topic}-gone")
    assert is_well(trial, ASSESS)

    def repair() -> None:
        put_back()
        end_leases(trial)

    return State(lambda: is_well(trial, ASSESS) and trial.audience.has_alert(identity), repair, says="alert:")


def end_leases(trial: Trial) -> None:
    """Let the minutes pass in which nobody else publishes what a run has claimed."""
    dynamodb, table = trial.aws.clients().dynamodb, trial.stack.resources["LedgerTable"]
    for item in dynamodb.scan(TableName=table, FilterExpression="attribute_exists(claimed_until)")["Items"]:
        dynamodb.update_item(
            TableName=table,
            Key={name: item[name] for name in ("pk", "sk")},
            UpdateExpression="REMOVE claimed_until",
        )


def schedule_off(trial: Trial, _reader: Reader) -> State:
    """Somebody disabled the schedule of assessments."""
    scheduler, name = trial.aws.clients().scheduler, trial.stack.resources["AssessReputationSchedule"]
    found = scheduler.get_schedule(Name=name)
    kept = {key: found[key] for key in ("ScheduleExpression", "FlexibleTimeWindow", "Target")}
    scheduler.update_schedule(Name=name, State="DISABLED", **kept)  # type: ignore[arg-type]

    def repair() -> None:
        scheduler.update_schedule(Name=name, State="ENABLED", **kept)  # type: ignore[arg-type]

    return State(lambda: scheduler.get_schedule(Name=name)["State"] == "ENABLED", repair, says="DISABLED")


def endpoint_gone(trial: Trial, reader: Reader) -> State:
    """A subscriber of the alert topic does not answer any more."""
    sns, topic = trial.aws.clients().sns, trial.stack.outputs["AlertTopicArn"]
    gone = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{DELEGATE}:gone",
        ReturnSubscriptionArn=True,
    )
    reader.places["SUBSCRIPTION_ARN"] = gone["SubscriptionArn"]

    def is_removed() -> bool:
        left = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return gone["SubscriptionArn"] not in {each["SubscriptionArn"] for each in left}

    return State(is_removed, says=f"{DELEGATE}:gone")


def standing_bad(says: str) -> Cause:
    """A delegate's account has a bad standing: nothing is over until its mail is better."""

    def cause(trial: Trial, reader: Reader) -> State:
        region = "eu-north-1"
        post_balance(trial, SenderIdentity(DELEGATE, region, f"{uuid4().hex}.example.com"), PAUSED)
        assert is_well(trial, ASSESS)
        reader.places |= {"ACCOUNT": DELEGATE, "REGION": region}
        return State(lambda: True, says=says)

    return cause


def export_fails(trial: Trial, _reader: Reader) -> State:
    """An export is started for a time that is none."""
    machine, step_functions = trial.stack.resources[EXPORT_WORKFLOW], trial.aws.clients().step_functions
    started = step_functions.start_execution(
        stateMachineArn=machine, input=json.dumps({"scheduled_at": "some time"})
    )["executionArn"]
    await_that(
        lambda: step_functions.describe_execution(executionArn=started)["status"] == "FAILED",
        "the export failed",
    )
    return State(lambda: True, says="some time")


def export_missing(queue: str = "") -> Cause:
    """An export is to be made anew; in the queue lies what would have started it."""

    def cause(trial: Trial, _reader: Reader) -> State:
        if not trial.count_executions():
            await_that(export_the_list(trial), "an earlier export has left its summary")
        runs = trial.count_executions()
        if queue:
            trial.send(queue, json.dumps({"scheduled_at": trial.next_minute()}))
        wanted = runs + (2 if queue else 1)
        return State(
            lambda: trial.count_executions() >= wanted and (not queue or count_messages(trial, queue) == 0)
        )

    return cause


def nothing_to_see(_trial: Trial, _reader: Reader) -> State:
    """Of this alarm there is a log to read."""
    return State(lambda: True)


CAUSES: dict[str, Cause] = {
    "UndeliveredFeedbackAlarm": undelivered_feedback,
    "FeedbackDeadLetterAlarm": feedback_dead_letter,
    "FeedbackAgeAlarm": mapping_off(JOURNAL, "FeedbackQueue"),
    "FeedbackQuarantinedAlarm": quarantined,
    "PostingStoppedAlarm": mapping_off(POST, "LedgerTable"),
    "PostingLagAlarm": balances_behind(),
    "PostingDeadLetterAlarm": balances_behind("PostingDeadLetterQueue", lambda _hour: "{}"),
    "PostingRecursionAlarm": loop_forbidden,
    "PostponedHoursAgeAlarm": mapping_off(POST, "PostponedHoursQueue"),
    "PostponedHoursDeadLetterAlarm": balances_behind("PostponedHoursDeadLetterQueue", postponed),
    "ReadSesStatisticsFailedAlarm": broken(STATISTICS),
    "StartsDeadLetterAlarm": letter_of_a_schedule("StartsDeadLetterQueue", ASSESS),
    "StatisticsFailedAlarm": reading_that_says(""),
    "PlacesUncheckedAlarm": reading_that_says(""),
    "ChannelsUnheardAlarm": reading_that_says("A channel reaches nobody"),
    "AssessReputationFailedAlarm": broken(ASSESS, "WATCH_BOUNCE_RATE", "7"),
    "EntitiesFailedAlarm": change_unpublished,
    "AssessmentSilentAlarm": schedule_off,
    "AlertsUndeliveredAlarm": endpoint_gone,
    "ChatUndeliveredAlarm": nothing_to_see,
    "SendDigestFailedAlarm": broken(DIGEST),
    "SendDigestDeadLetterAlarm": letter_of_a_schedule("SendDigestDeadLetterQueue", DIGEST),
    "PublishStatementFailedAlarm": broken(STATEMENT),
    "ReputationReviewAlarm": standing_bad(f"{DELEGATE} in eu-north-1"),
    "ReputationPauseAlarm": standing_bad("rotection"),
    "SuppressionListsFailedAlarm": export_missing(),
    "ExportSuppressionFailedAlarm": export_fails,
    "ExportSuppressionTimedOutAlarm": export_missing(),
    "ExportSuppressionDeadLetterAlarm": export_missing("ExportSuppressionDeadLetterQueue"),
    "SupersedingFailedAlarm": nothing_to_see,
    "ConvertSnapshotFailedAlarm": nothing_to_see,
}
