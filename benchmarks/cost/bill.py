"""The whole bill of a month, line by line: counts times prices, without free tiers and volume discounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.cost.measuring import Assessed, Measured, ReportingRun
from benchmarks.cost.reports import Metric, Report, usual_reports
from benchmarks.cost.stack import FUNCTIONS, HOURS_A_MONTH, StackCounts, count_stack
from benchmarks.cost.traffic import (
    GIGABYTE,
    REQUEST_SECONDS,
    SECONDS_A_MONTH,
    MonthOfTraffic,
    share_of_cpu,
)
from benchmarks.prices import dollars

# Assumed. Lambda polls a queue with five connections, each of which waits for 20 seconds for a message
# (developer guide, "Scaling and concurrency": it may do with two where there is little traffic).
POLLERS, POLL_SECONDS = 5, 20
# Assumed: a message is deleted with nine others.
DELETED_AT_ONCE = 10
# Assumed: Lambda takes a new container for assessments every two hours, which reads a year of days.
CONTAINERS_A_MONTH = HOURS_A_MONTH / 2
# SES takes a call a second. One for each of nine identities, two for a set, eight for what is listed, two for
# its statistics; of these GetMetricData asks for two metrics.
STATISTICS_SECONDS, METRICS_REQUESTED = 9 + 2 + 8 + 2, 2
# A list of one part: begin, read, finish; most of the time is SES's and S3's.
EXPORT_STEPS, EXPORT_SECONDS, EXPORT_PUTS, EXPORT_GETS = 3, 1.5, 10, 10
# Assumed: as many addresses are on the list as 0.5 % of a month's events, and ten thousand; 20 bytes of each
# are in a snapshot, and 400 snapshots are kept.
LIST_SHARE, LIST_LEAST, ADDRESS_BYTES, SNAPSHOTS = 0.005, 10_000, 20, 400
# CloudWatch bills what it stores compressed; its page estimates 0.15 of what came.
LOG_COMPRESSION = 0.15
# DynamoDB asks for the table's key once in five minutes for each caller that is active (developer guide,
# "DynamoDB encryption at rest: usage notes").
KEY_ASKED_A_MONTH = HOURS_A_MONTH * 12
_SCALES = {"ten_thousand": 10_000, "million": 1_000_000, "thousand": 1_000}
_GIGABYTES_OF_A_MEGABYTE = 1 / 1024


class Line(NamedTuple):
    """A line of the bill: so many of what a price of prices.json is asked for."""

    service: str
    name: str
    amount: float
    price: str

    @property
    def dollars(self) -> float:
        """Return what it costs."""
        return self.amount / scale_of(self.price) * dollars(self.price)


def scale_of(price: str) -> int:
    """Return for how many the price is: those that its name ends with."""
    return next((scale for ending, scale in _SCALES.items() if price.endswith(ending)), 1)


@dataclass(frozen=True, slots=True)
class Month:
    """All that the lines of a month are made of."""

    traffic: MonthOfTraffic
    assessed: Assessed
    statements: ReportingRun
    digests: ReportingRun
    stack: StackCounts
    reports: Mapping[str, Report]

    @property
    def calls(self) -> Mapping[str, float]:
        """Calls of each function, by its service."""
        runs = self.stack.runs
        return {
            "journal_feedback": self.traffic.journal_calls,
            "post_balances": self.traffic.posting_calls,
            "read_ses_statistics": runs["ReadSesStatisticsSchedule"],
            "assess_reputation": runs["AssessReputationSchedule"],
            "export_suppression": runs["ExportSuppressionSchedule"] * EXPORT_STEPS,
            "publish_statement": runs["PublishStatementSchedule"],
            "send_digest": runs["SendDigestSchedule"],
        }

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds of all calls of each function."""
        calls = self.calls
        return {
            "journal_feedback": self.traffic.journal_seconds,
            "post_balances": self.traffic.posting_seconds,
            "read_ses_statistics": calls["read_ses_statistics"] * STATISTICS_SECONDS,
            "assess_reputation": calls["assess_reputation"]
            * _seconds_of(self.assessed, "AssessReputationFunction"),
            "export_suppression": calls["export_suppression"] * EXPORT_SECONDS,
            "publish_statement": calls["publish_statement"]
            * _seconds_of(self.statements, "PublishStatementFunction"),
            "send_digest": calls["send_digest"] * _seconds_of(self.digests, "SendDigestFunction"),
        }

    def reported(self, name: str) -> float:
        """Return how much of something all runs of statements and digests take: of `read_units`, say."""
        runs = ((self.statements, "publish_statement"), (self.digests, "send_digest"))
        amounts = (getattr(run, name) * self.calls[service] for run, service in runs)
        return float(sum(amounts))

    @property
    def metrics(self) -> Mapping[Metric, float]:
        """The share of the month in which each metric is sent; CloudWatch bills an hour with any."""
        calls = self.calls
        return {
            metric: min(1.0, calls[service] / HOURS_A_MONTH)
            for service, report in self.reports.items()
            if calls[service]
            for metric in report.metrics
        }


def _seconds_of(run: Assessed | ReportingRun, function: str) -> float:
    return run.seconds / share_of_cpu(function) + run.requests * REQUEST_SECONDS


def bills(measured: Measured) -> list[list[Line]]:
    """Return the bill of each month that was measured, the idle one first; all have the same lines."""
    return [bill(_month(traffic, measured)) for traffic in measured.months]


def _month(traffic: MonthOfTraffic, measured: Measured) -> Month:
    reports = usual_reports(is_idle=not traffic.events)
    return Month(traffic, measured.assessed, measured.statements, measured.digests, count_stack(), reports)


def bill(month: Month) -> list[Line]:
    """Return the lines of a month."""
    return [
        *_messages(month),
        *_lambda(month),
        *_ledger(month),
        *_monitoring(month),
        *_rest(month),
    ]


def total(lines: Sequence[Line]) -> float:
    """Return the dollars of a bill."""
    return sum(line.dollars for line in lines)


def _messages(month: Month) -> Iterator[Line]:
    traffic = month.traffic
    polls = month.stack.polled_queues * POLLERS * SECONDS_A_MONTH / POLL_SECONDS
    yield Line("SNS", "publishes by SES", traffic.events, "sns_publish_million")
    yield Line("SQS", "messages that SNS sends", traffic.events, "sqs_request_million")
    yield Line("SQS", "receives that bring messages", traffic.receives, "sqs_request_million")
    yield Line("SQS", "deletions", traffic.events / DELETED_AT_ONCE, "sqs_request_million")
    yield Line("SQS", "waiting for messages", polls, "sqs_request_million")
    yield Line("SQS", "hours to post later", 3 * traffic.postponed, "sqs_request_million")


def _lambda(month: Month) -> Iterator[Line]:
    yield Line("Lambda", "requests", sum(month.calls.values()), "lambda_request_million")
    for function, service in FUNCTIONS.items():
        gigabytes = month.stack.memory[function] * _GIGABYTES_OF_A_MEGABYTE
        yield Line(
            "Lambda", f"GB-seconds of {service}", month.seconds[service] * gigabytes, "lambda_gb_second"
        )


def _ledger(month: Month) -> Iterator[Line]:
    traffic, assessed, runs = month.traffic, month.assessed, month.calls["assess_reputation"]
    reads = assessed.read_units * runs + assessed.first_read_units * CONTAINERS_A_MONTH
    in_table = traffic.page_gb + traffic.entry_gb + traffic.balance_gb
    writes, read, stored = "dynamodb_write_million", "dynamodb_read_million", "dynamodb_storage_gb_month"
    yield Line("DynamoDB", "write units of pages", traffic.page_units, writes)
    yield Line("DynamoDB", "write units of entries and their index", traffic.entry_units, writes)
    yield Line("DynamoDB", "write units of balances", traffic.balance_units, writes)
    yield Line("DynamoDB", "write units of assessments", assessed.write_units * runs, writes)
    yield Line("DynamoDB", "write units of statements and digests", month.reported("write_units"), writes)
    yield Line("DynamoDB", "read units of posting", traffic.read_units, read)
    yield Line("DynamoDB", "read units of assessments", reads, read)
    yield Line("DynamoDB", "read units of statements and digests", month.reported("read_units"), read)
    yield Line("DynamoDB", "GB of pages", traffic.page_gb, stored)
    yield Line("DynamoDB", "GB of entries", traffic.entry_gb, stored)
    yield Line("DynamoDB", "GB of the entries' index", traffic.index_gb, stored)
    yield Line("DynamoDB", "GB of balances", traffic.balance_gb, stored)
    yield Line("DynamoDB", "GB of point-in-time recovery", in_table, "dynamodb_backup_gb_month")


def _monitoring(month: Month) -> Iterator[Line]:
    ingested = sum(
        calls * month.reports[service].log_bytes / GIGABYTE for service, calls in month.calls.items()
    )
    stored = ingested * month.stack.log_days / 30 * LOG_COMPRESSION
    requested = month.calls["read_ses_statistics"] * METRICS_REQUESTED
    yield Line("CloudWatch", "custom metrics", sum(month.metrics.values()), "custom_metric_month")
    yield Line("CloudWatch", "metrics of alarms", month.stack.alarm_metrics, "alarm_metric_month")
    yield Line("CloudWatch", "dashboards", month.stack.dashboards, "dashboard_month")
    yield Line("CloudWatch", "GB of logs", ingested, "logs_ingested_gb")
    yield Line("CloudWatch", "GB of logs stored", stored, "logs_stored_gb_month")
    yield Line("CloudWatch", "metrics asked for", requested, "metrics_requested_thousand")
    yield Line("X-Ray", "traces", _traces(month), "trace_million")


def _rest(month: Month) -> Iterator[Line]:
    exports = month.stack.runs["ExportSuppressionSchedule"]
    addresses = LIST_LEAST + month.traffic.events * LIST_SHARE
    # Who calls once an hour is active in one of its twelve times five minutes.
    asked = sum(min(calls, KEY_ASKED_A_MONTH) for calls in month.calls.values())
    keys = month.stack.tables_with_key * asked
    yield Line("Scheduler", "starts", sum(month.stack.runs.values()), "schedule_million")
    yield Line("Step Functions", "transitions", exports * month.stack.states, "transition_thousand")
    yield Line("S3", "puts", exports * EXPORT_PUTS + month.reported("puts"), "s3_put_thousand")
    yield Line("S3", "gets", exports * EXPORT_GETS + month.reported("gets"), "s3_get_thousand")
    yield Line(
        "S3", "GB of snapshots", addresses * ADDRESS_BYTES * SNAPSHOTS / GIGABYTE, "s3_storage_gb_month"
    )
    yield Line("KMS", "requests for the table's key", keys, "kms_request_ten_thousand")


def _traces(month: Month) -> float:
    """Return the traces of active tracing: a call a second, and a twentieth of the others."""
    if not month.stack.traced_functions:
        return 0
    calls = sum(month.calls.values())
    sampled = min(calls, SECONDS_A_MONTH)
    return sampled + 0.05 * (calls - sampled)
