"""Posts balances: recomputes each hour that the ledger's stream, or the queue of postponed hours, names."""

import json
import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config
from ses_reputation.ledger.keys import chapter_of_key
from ses_reputation.ledger.posting import Touch, post_touched
from ses_reputation.ledger.store import BalanceTable, PostponedHours
from ses_reputation.settings import PostingSettings
from ses_reputation.telemetry import report_posting

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=20)


@cache
def _settings() -> PostingSettings:
    return PostingSettings.from_environment(os.environ)


@cache
def _balances() -> BalanceTable:
    return BalanceTable(boto3.client("dynamodb", config=_RETRIES), _settings().ledger_table)


@cache
def _postponed() -> PostponedHours:
    return PostponedHours(boto3.client("sqs", config=_RETRIES), _settings().postponed_hours_queue_url)


def _touch(record: dict[str, Any]) -> Touch:
    if record["eventSource"] == "aws:sqs":
        postponed = json.loads(record["body"])
        touched_at = datetime.fromisoformat(postponed["touched_at"])
        return Touch(chapter_of_key(postponed["chapter"]), touched_at, record["messageId"])
    change = record["dynamodb"]
    touched_at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    return Touch(chapter_of_key(change["Keys"]["pk"]["S"]), touched_at, change["SequenceNumber"])


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Post the chapters that a batch names; the answer names the records whose chapters have to come
    again."""
    touches = [_touch(record) for record in event["Records"]]
    window = _settings().posting_window
    outcome = post_touched(_balances(), _postponed(), touches, window, lambda: datetime.now(UTC))
    report_posting(outcome, logger, metrics)
    return {"batchItemFailures": [{"itemIdentifier": record} for record in outcome.failed]}
