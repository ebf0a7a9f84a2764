"""What a run costs: counts that CloudWatch and the run itself took, times list prices without free tiers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from benchmarks.prices import dollars
from tests.acceptance.measurements import count_alarm_metrics, count_custom_metrics, read_sum
from tests.acceptance.run import Run

HOURS_OF_A_MONTH = 730
MAIL_THOUSAND = 0.10
"""Dollars that SES charges in us-east-1, as of 2026-11-27. The other prices are those of benchmarks/cost/."""
_QUEUE_METRICS = (
    "NumberOfMessagesSent",
    "NumberOfMessagesReceived",
    "NumberOfMessagesDeleted",
    "NumberOfEmptyReceives",
)
_EXPORT_TRANSITIONS = 6


@dataclass(frozen=True, slots=True)
class Charge:
    """So many of something, at a price each."""

    what: str
    quantity: float
    price: float

    @property
    def dollars(self) -> float:
        """What it costs."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run used. hours: begun ones, by which metrics are billed, and those that alarms
    look at."""

    hours: int
    alarm_metrics: int
    metrics: int
    published: float
    queue_requests: float
    lambda_calls: float
    lambda_gb_seconds: float
    write_units: float
    read_units: float
    log_bytes: float
    metric_requests: float
    mails: int
    exports: int


ESTIMATE = Counts(
    hours=2,
    alarm_metrics=40,
    metrics=40,
    published=1_000,
    queue_requests=40_000,
    lambda_calls=1_000,
    lambda_gb_seconds=2_000,
    write_units=10_000,
    read_units=50_000,
    log_bytes=5e6,
    metric_requests=3_000,
    mails=2,
    exports=1,
)
"""About what a run of two hours uses, all of its steps tried: more rather than less."""


def charge(counts: Counts) -> tuple[Charge, ...]:
    """Return what AWS charges for counts."""
    month = HOURS_OF_A_MONTH / counts.hours
    return (
        Charge("custom metrics", counts.metrics, dollars("custom_metric_month") / month),
        Charge("metrics of alarms", counts.alarm_metrics, dollars("alarm_metric_month") / month),
        Charge("Lambda requests", counts.lambda_calls, dollars("lambda_request_million") / 1e6),
        Charge("Lambda GB-seconds", counts.lambda_gb_seconds, dollars("lambda_gb_second")),
        Charge("DynamoDB write units", counts.write_units, dollars("dynamodb_write_million") / 1e6),
        Charge("DynamoDB read units", counts.read_units, dollars("dynamodb_read_million") / 1e6),
        Charge("SNS publishes", counts.published, dollars("sns_publish_million") / 1e6),
        Charge("SQS requests", counts.queue_requests, dollars("sqs_request_million") / 1e6),
        Charge("log bytes", counts.log_bytes, dollars("logs_ingested_gb") / 1e9),
        Charge("metrics asked for", counts.metric_requests, dollars("metrics_requested_thousand") / 1e3),
        Charge("mails", counts.mails, MAIL_THOUSAND / 1e3),
        Charge(
            "workflow transitions",
            _EXPORT_TRANSITIONS * counts.exports,
            dollars("transition_thousand") / 1e3,
        ),
    )


def total(charges: Iterable[Charge]) -> float:
    """Return the sum in dollars."""
    return sum(each.dollars for each in charges)


def count(run: Run) -> Counts:
    """Return what a run used until now. CloudWatch is some minutes late; what it lacks is not counted."""
    calls, resources = run.account.fence.calls, run.stack.resources
    functions = [each for name, each in resources.items() if name.endswith("Function")]
    queues = [each.rpartition("/")[2] for name, each in resources.items() if name.endswith("Queue")]
    topics = [resources[name].rpartition(":")[2] for name in ("FeedbackTopic", "AlertTopic")]
    table = {"TableName": run.stack.outputs["LedgerTableName"]}
    return Counts(
        hours=ceil((datetime.now(UTC) - run.begun_at).total_seconds() / 3600),
        alarm_metrics=count_alarm_metrics(run),
        metrics=count_custom_metrics(run),
        published=_sum_over(run, "AWS/SNS", ["NumberOfMessagesPublished"], "TopicName", topics),
        queue_requests=_sum_over(run, "AWS/SQS", _QUEUE_METRICS, "QueueName", queues),
        lambda_calls=_sum_over(run, "AWS/Lambda", ["Invocations"], "FunctionName", functions),
        lambda_gb_seconds=sum(_gb_seconds(run, functions)),
        write_units=read_sum(run, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", table),
        read_units=read_sum(run, "AWS/DynamoDB", "ConsumedReadCapacityUnits", table),
        log_bytes=_sum_over(run, "AWS/Logs", ["IncomingBytes"], "LogGroupName", _log_groups(run)),
        metric_requests=calls["cloudwatch:GetMetricStatistics"] + 3 * calls["cloudwatch:GetMetricData"],
        mails=calls["sesv2:SendEmail"],
        exports=calls["stepfunctions:StartExecution"],
    )


def _sum_over(
    run: Run, namespace: str, metrics: Iterable[str], dimension: str, names: Iterable[str]
) -> float:
    return sum(
        read_sum(run, namespace, metric, {dimension: name}) for name in names for metric in list(metrics)
    )


def _gb_seconds(run: Run, functions: Iterable[str]) -> Iterator[float]:
    for name in functions:
        memory = run.clients.functions.get_function_configuration(FunctionName=name)["MemorySize"]
        milliseconds = read_sum(run, "AWS/Lambda", "Duration", {"FunctionName": name})
        yield memory / 1024 * milliseconds / 1000


def _log_groups(run: Run) -> list[str]:
    return [each for name, each in run.stack.resources.items() if name.endswith("LogGroup")]
