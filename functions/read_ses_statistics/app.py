"""Reads what SES counted for each account and Region that sends, for the ledger to be compared with."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Metrics

from ses_reputation import starting
from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import POSTING, connect
from ses_reputation.statistics.reading import read_statistics
from ses_reputation.statistics.settings import StatisticsSettings
from ses_reputation.statistics.store import SESSION_NAME, SesAccounts, StatisticsTable
from ses_reputation.telemetry import open_logger, report_statistics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = open_logger()
metrics = Metrics()


@cache
def _settings() -> StatisticsSettings:
    return StatisticsSettings.from_environment(os.environ)


@cache
def _table() -> StatisticsTable:
    return StatisticsTable(connect("dynamodb", config=POSTING), _settings().ledger_table)


starting.make_ready(os.environ, _table)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, int]:
    """Read the statistics of every account and Region of the registry; the answer counts how they ended."""
    settings = _settings()
    # Roles are assumed for an hour, and this runs hourly: accounts are reached anew each time.
    accounts = SesAccounts(AccountReach(settings.ledger_account, settings.role, SESSION_NAME))
    outcome = read_statistics(_table(), accounts, lambda: datetime.now(UTC))
    report_statistics(outcome, logger, metrics)
    return {"read": len(outcome.read), "skipped": len(outcome.skipped), "failed": len(outcome.failed)}
