"""Posts balances: recomputes each hour that the ledger's stream, or the queue of postponed hours, names."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ses_reputation import starting
from ses_reputation.aws.clients import POSTING, connect
from ses_reputation.ledger.posting import PostingRun, post_requested
from ses_reputation.ledger.posting_requests import read_posting_requests
from ses_reputation.ledger.postponed_hours import PostponedHours
from ses_reputation.ledger.store import BalanceTable
from ses_reputation.posting_settings import PostingSettings
from ses_reputation.telemetry import open_logger, open_metrics, report_posting

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = open_logger()
metrics = open_metrics(os.environ)
_MILLIS_OF_A_SHARD = 50_000  # one of 3.6 million mails of 2,000 identities takes 44 s (docs/benchmarks.md)


@cache
def _settings() -> PostingSettings:
    return PostingSettings.from_environment(os.environ)


@cache
def _balances() -> BalanceTable:
    return BalanceTable(connect("dynamodb", config=POSTING), _settings().ledger_table)


@cache
def _postponed() -> PostponedHours:
    return PostponedHours(connect("sqs", config=POSTING), _settings().postponed_hours_queue_url)


starting.make_ready(os.environ, _balances, _postponed)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Post the hours that a batch names; the answer names the records that are not done with."""
    requests, unread = read_posting_requests(event["Records"])
    run = PostingRun(
        partial(datetime.now, UTC),
        _settings().posting_window,
        _settings().longest_wait,
        lambda: context.get_remaining_time_in_millis() > _MILLIS_OF_A_SHARD,
    )
    refused = _postponed().keep_keys(unread, datetime.now(UTC))
    outcome = post_requested(_balances(), _postponed(), requests, run).with_unread(unread, refused)
    report_posting(outcome, logger, metrics)
    return {"batchItemFailures": [{"itemIdentifier": record} for record in outcome.undone]}
