"""What a usual call of each function logs, and the metrics in it, by the product's own reports."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from benchmarks.cost.stack import counted_in_source, detailed_metrics, entities_with_metrics
from benchmarks.lambda_calls import Context, function_environment
from ses_reputation.assessment.assessment import AssessmentOutcome
from ses_reputation.journaling import BatchOutcome
from ses_reputation.ledger.posting import Posted, PostingOutcome
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.statistics.checking import ChecksOutcome
from ses_reputation.statistics.reading import ReadingOutcome
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.telemetry import (
    WATCHED,
    open_logger,
    open_metrics,
    report_assessment,
    report_batch,
    report_checks,
    report_posting,
    report_statistics,
)
from tests.support.evaluated import ACCOUNT, NOW, assess, bounces, complaints, seen

# CloudWatch Logs counts the bytes of an event in UTF-8 and 26 more (PutLogEvents, "batch size").
_BYTES_OF_AN_EVENT = 26
# What Lambda itself logs of a call as JSON at level INFO (developer guide, "Log event types").
_REQUEST = "00000000-0000-4000-9000-000000000000"
_PLATFORM = (
    f'{{"time":"2026-11-27T06:00:00.000Z","type":"platform.start","record":{{"requestId":"{_REQUEST}",'
    '"functionArn":"arn:aws:lambda:us-east-1:111122223333:function:reputation-JournalFeedbackFunction-Xx",'
    '"version":"$LATEST"}}',
    f'{{"time":"2026-11-27T06:00:00.000Z","type":"platform.report","record":{{"requestId":"{_REQUEST}",'
    '"metrics":{"durationMs":1234.567,"billedDurationMs":1235,"memorySizeMB":1024,"maxMemoryUsedMB":123},'
    '"spans":[{"name":"responseLatency","start":"2026-11-27T06:00:00.000Z","durationMs":1.234}],'
    '"status":"success"}}',
)
# One for all: Powertools' logger of a service keeps the stream that it was first given.
_PRINTED = StringIO()
ENTITIES = 10
"""An account and nine identities: whom the bill is made for."""
Metric = tuple[str, ...]
"""A metric as CloudWatch tells them apart: namespace, the values of its dimensions, and its name."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one call logs, in bytes as they are billed, and the metrics that it sends."""

    log_bytes: int
    metrics: frozenset[Metric]


def usual_reports(*, is_idle: bool) -> Mapping[str, Report]:
    """Return the report of a call of each function, by its service; of the export, what its source names."""
    ended = Counter({Posted.POSTED: 2, Posted.UNCHANGED: 1, Posted.POSTPONED: 1})
    checked, assessed = ChecksOutcome((), {}, ()), assessment_of(ENTITIES, 0 if is_idle else 9)

    def report_reading(logger: Logger, metrics: Metrics) -> None:
        place = AccountRegion("111122223333", "us-east-1")
        report_statistics(ReadingOutcome((place,), (), {}), logger, metrics)
        report_checks(checked, logger, metrics)

    statistics = _report(
        "read_ses_statistics",
        report_reading,
    )
    return {
        "journal_feedback": _report(
            "journal_feedback", lambda *to: report_batch(BatchOutcome(1_000, 1_000), *to)
        ),
        "post_balances": _report("post_balances", lambda *to: report_posting(PostingOutcome(ended, {}), *to)),
        "read_ses_statistics": statistics,
        "assess_reputation": _report(
            "assess_reputation", lambda *to: report_assessment(assessed, entities_with_metrics(), *to)
        ),
        "publish_statement": _report("publish_statement", _report_statements),
        "send_digest": _report("send_digest", _report_digests),
        "export_suppression": Report(statistics.log_bytes, frozenset(_of_export())),
    }


def assessment_of(entities: int, sends: int) -> AssessmentOutcome:
    """Return an assessment of healthy entities that sent so much in seven days."""
    view = {"measures": {"bounces": {"windows": {"7d": {"sends": sends}}}}}
    healthy = bounces(Standing.HEALTHY), complaints(Standing.HEALTHY)
    named = [identity_entity(f"brand-{number}.example.com") for number in range(entities - 1)]
    steps = [seen(*healthy, entity=entity, view=view) for entity in (ACCOUNT, *named)]
    states = tuple(assess(None, step, NOW)[0] for step in steps)
    evaluations = {step.entity: step.evaluations for step in steps}
    return AssessmentOutcome(states, evaluations, (), 0, {}, 0, is_caught_up=True)


def _report_statements(logger: Logger, _: Metrics) -> None:
    logger.info("statements published", extra={"published": 2, "failed": {}, "is_needed": True})


def _report_digests(logger: Logger, _: Metrics) -> None:
    logger.info("digests sent", extra={"sent": 2, "failed": ()})


def _of_export() -> list[Metric]:
    """Return the metrics of a usual export that are sent: all, or those that an alarm watches.

    A usual export has no failure, and what is zero is not sent unless all is.
    """
    names = counted_in_source("export_suppression")
    is_detailed = detailed_metrics() == "true"
    return [
        ("export_suppression", name)
        for name in names
        if is_detailed or (name in WATCHED and not name.endswith("Failed"))
    ]


def _report(service: str, report: Callable[[Logger, Metrics], object]) -> Report:
    """Return what a call of a warm container logs, its handler decorated as those of the functions are."""
    printed = _PRINTED
    with function_environment(), redirect_stdout(printed):
        os.environ["POWERTOOLS_SERVICE_NAME"] = service
        os.environ["DETAILED_METRICS"] = detailed_metrics()
        logger, metrics = open_logger(service=service, stream=printed), open_metrics(os.environ)

        @logger.inject_lambda_context
        @metrics.log_metrics
        def call(_event: dict[str, Any], _context: Context) -> None:
            report(logger, metrics)

        # The first says that it is a cold start, once a process.
        call({}, Context())
        printed.truncate(0), printed.seek(0)
        call({}, Context())
    lines = printed.getvalue().splitlines()
    written = sum(len(line.encode()) + _BYTES_OF_AN_EVENT for line in (*lines, *_PLATFORM))
    return Report(written, frozenset(metric for line in lines for metric in metrics_of_line(line)))


def metrics_of_line(line: str) -> list[Metric]:
    """Return the metrics that CloudWatch takes from a line in embedded metric format; none from another."""
    document = json.loads(line)
    return [
        (directive["Namespace"], *(str(document[name]) for name in dimensions), metric["Name"])
        for directive in document.get("_aws", {}).get("CloudWatchMetrics", ())
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    ]
