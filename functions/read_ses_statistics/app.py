"""Reads what SES decided and counted for each registered account, and checks how each is set up."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ses_reputation import starting, telemetry
from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import POSTING, READING_STATISTICS, connect
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.statistics.checking import pace_within, reading_clients, run_checks, scope_of
from ses_reputation.statistics.hints import is_hint, places_to_ask
from ses_reputation.statistics.reading import read_statistics
from ses_reputation.statistics.reading_decisions import DecisionReader
from ses_reputation.statistics.settings import StatisticsSettings
from ses_reputation.statistics.store import SESSION_NAME, SesAccounts, StatisticsTable
from ses_reputation.statistics.unheard_channels import ChannelClients, ChannelNames, find_unheard

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics = telemetry.open_logger(), telemetry.open_metrics(os.environ)
_now = partial(datetime.now, UTC)
_settings = cache(lambda: StatisticsSettings.from_environment(os.environ))
_table = cache(lambda: StatisticsTable(connect("dynamodb", config=POSTING), _settings().ledger_table))
starting.make_ready(os.environ, _table)


def _has_time(context: "LambdaContext") -> bool:
    # What is left after the last paced call to SES: topics and keys are read at once, and all is kept.
    return context.get_remaining_time_in_millis() > 180_000


def _report_channels() -> None:
    clients = ChannelClients.of(partial(connect, config=READING_STATISTICS))
    found = find_unheard(clients, ChannelNames.from_environment(os.environ), _now())
    telemetry.report_channels(found, logger, metrics)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, int]:
    """Ask about the one place of an event of SES; on schedule, read and check all. The answer counts it."""
    settings, table = _settings(), _table()
    # Roles are assumed for an hour, and this runs hourly: accounts are reached anew each time.
    reach = AccountReach(settings.ledger_account, settings.role, SESSION_NAME)
    clients, has_time = reading_clients(reach), partial(_has_time, context)
    scope = scope_of(settings, table.known_accounts())
    asked = places_to_ask(event, scope, table.read_decisions())
    decided = DecisionReader(table, clients, has_time, _now).read(asked)
    counts = telemetry.report_decisions(decided, logger, metrics)
    if is_hint(event):
        return counts
    outcome = read_statistics(table, SesAccounts(reach), _now)
    counts |= telemetry.report_statistics(outcome, logger, metrics)
    _report_channels()
    states, pace = decided.states, pace_within(has_time)
    checks = run_checks(table, scope, lambda it: SetupReader(it, clients, pace, states=states), _now())
    return counts | telemetry.report_checks(checks, logger, metrics)
