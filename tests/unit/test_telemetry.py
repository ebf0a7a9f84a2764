"""What is logged and counted of a batch, and what never is."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from ses_reputation.journaling import BatchOutcome
from ses_reputation.ledger.posting import Posted, PostingOutcome
from ses_reputation.quarantine.record import QuarantineRecord
from ses_reputation.telemetry import report_batch, report_posting

ADDRESS = "recipient-1@gmail.com"


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    metrics = Metrics(namespace="SesReputation", service="test")
    metrics.clear_metrics()
    yield metrics
    metrics.clear_metrics()


@pytest.fixture
def log() -> StringIO:
    return StringIO()


@pytest.fixture
def logger(request: pytest.FixtureRequest, log: StringIO) -> Logger:
    return Logger(service=request.node.name, stream=log)


def emitted(metrics: Metrics) -> dict[str, Any]:
    return dict(metrics.serialize_metric_set())


def counted(metrics: Metrics) -> dict[str, Any]:
    """Each metric that a batch emits, by name."""
    document = emitted(metrics)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "SesReputation"
    assert directive["Dimensions"] == [["service"]]
    return {metric["Name"]: document[metric["Name"]][0] for metric in directive["Metrics"]}


def lines_of(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def record(body: str) -> QuarantineRecord:
    return QuarantineRecord(
        "foreign_topic", "not registered", "arn", "id-1", datetime(2026, 11, 22, tzinfo=UTC), body
    )


def test_every_end_of_a_message_is_counted(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    outcome = BatchOutcome(
        9, 3, Counter(click=2, open=1), [record(ADDRESS)], {"id-2": "S3: SlowDown", "id-3": "S3: SlowDown"}
    )
    report_batch(outcome, logger, metrics)

    assert emitted(metrics)["ignored"] == {"click": 2, "open": 1}
    assert counted(metrics) == {
        "FeedbackReceived": 9,
        "FeedbackJournaled": 3,
        "FeedbackIgnored": 3,
        "FeedbackQuarantined": 1,
        "FeedbackFailed": 2,
    }


def test_a_quarantined_message_is_logged_by_reason_and_key_without_its_body(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    report_batch(BatchOutcome(1, quarantined=[record(ADDRESS)]), logger, metrics)

    (line,) = lines_of(log)
    assert (line["level"], line["message"]) == ("WARNING", "Quarantined a message")
    assert (line["reason"], line["explanation"]) == ("foreign_topic", "not registered")
    assert line["object_key"] == "quarantine/foreign_topic/2026-11-22/id-1.json"
    assert ADDRESS not in log.getvalue()


def test_failures_are_logged_as_an_error_once_a_cause(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    failed = {"id-1": "S3: SlowDown", "id-2": "DynamoDB: AccessDeniedException", "id-3": "S3: SlowDown"}
    report_batch(BatchOutcome(3, failed=failed), logger, metrics)

    assert [(line["level"], line["cause"], line["messages"]) for line in lines_of(log)] == [
        ("ERROR", "S3: SlowDown", 2),
        ("ERROR", "DynamoDB: AccessDeniedException", 1),
    ]


def test_a_batch_that_went_well_logs_nothing_and_counts_zeros(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    report_batch(BatchOutcome(1, 1), logger, metrics)

    assert log.getvalue() == ""
    assert counted(metrics)["FeedbackFailed"] == counted(metrics)["FeedbackQuarantined"] == 0


def test_every_end_of_a_posting_is_counted(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    ended = Counter({Posted.POSTED: 4, Posted.UNCHANGED: 3, Posted.OUTRUN: 2, Posted.POSTPONED: 1})
    report_posting(PostingOutcome(ended, {}), logger, metrics)

    assert log.getvalue() == ""
    assert counted(metrics) == {
        "BalancesPosted": 4,
        "BalancesUnchanged": 3,
        "BalancesOutrun": 2,
        "BalancesPostponed": 1,
        "BalancesFailed": 0,
    }


def test_failed_postings_are_logged_once_a_cause(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    failed = {
        "1": "UnavailableError: Throttled",
        "2": "UnavailableError: Throttled",
        "3": "PageError",
    }
    report_posting(PostingOutcome(Counter(), failed), logger, metrics)

    assert [line["cause"] for line in lines_of(log)] == [
        "UnavailableError: Throttled",
        "PageError",
    ]
    assert counted(metrics) == {"BalancesFailed": 3}
