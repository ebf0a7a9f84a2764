"""Reads what SES counted for each account and Region that sends, and checks how each is set up."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ses_reputation import starting
from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import POSTING, READING_STATISTICS, connect
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.statistics.checking import pace_within, reading_clients, run_checks, scope_of
from ses_reputation.statistics.reading import read_statistics
from ses_reputation.statistics.settings import StatisticsSettings
from ses_reputation.statistics.store import SESSION_NAME, SesAccounts, StatisticsTable
from ses_reputation.statistics.unheard_channels import ChannelClients, ChannelNames, find_unheard
from ses_reputation.telemetry import (
    open_logger,
    open_metrics,
    report_channels,
    report_checks,
    report_statistics,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics = open_logger(), open_metrics(os.environ)
# What is left after the last call to SES that is paced: topics and keys are read at once, and all is kept.
_MILLIS_TO_FINISH = 180_000
_now = partial(datetime.now, UTC)
_settings = cache(lambda: StatisticsSettings.from_environment(os.environ))
_table = cache(lambda: StatisticsTable(connect("dynamodb", config=POSTING), _settings().ledger_table))
starting.make_ready(os.environ, _table)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, int]:
    """Read the statistics of every account and Region of the registry, then run the doctor's checks.

    The answer counts how both ended. Statistics are kept whatever becomes of the checks.
    """
    settings, table = _settings(), _table()
    # Roles are assumed for an hour, and this runs hourly: accounts are reached anew each time.
    reach = AccountReach(settings.ledger_account, settings.role, SESSION_NAME)
    outcome = read_statistics(table, SesAccounts(reach), _now)
    report_statistics(outcome, logger, metrics)
    channels = ChannelClients.of(partial(connect, config=READING_STATISTICS))
    found = find_unheard(channels, ChannelNames.from_environment(os.environ), _now())
    report_channels(found, logger, metrics)
    pace = pace_within(lambda: context.get_remaining_time_in_millis() > _MILLIS_TO_FINISH)
    scope = scope_of(settings, table.known_accounts())
    checks = run_checks(table, scope, lambda it: SetupReader(it, reading_clients(reach), pace), _now())
    report_checks(checks, logger, metrics)
    read = {"read": len(outcome.read), "skipped": len(outcome.skipped), "failed": len(outcome.failed)}
    return read | {"checked": len(checks.kept), "unchecked": len(checks.failed)}
