"""One step of the suppression exports: claim a run, copy lists of an account and Region, or sum up."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from ses_reputation import starting, telemetry
from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import POSTING, connect
from ses_reputation.statistics.store import StatisticsTable
from ses_reputation.suppression.changes.sources import CauseLedger
from ses_reputation.suppression.runs.outcomes import ListStatus
from ses_reputation.suppression.runs.place_clients import SESSION_NAME, connect_place
from ses_reputation.suppression.runs.serving import StepTaken, serve_step
from ses_reputation.suppression.runs.steps import ExportSteps
from ses_reputation.suppression.runs.summary import MOST_NAMED
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.superseding import supersede_older
from ses_reputation.suppression.store import connect_store
from ses_reputation.time_left import HasTime

logger, metrics = telemetry.open_logger(), telemetry.open_metrics(os.environ)
_count, _now = partial(metrics.add_metric, unit="Count"), partial(datetime.now, UTC)
_settings = cache(lambda: ExportSettings.from_environment(os.environ))
_store = cache(lambda: connect_store(_settings().bucket))
_table = cache(lambda: StatisticsTable(connect("dynamodb", config=POSTING), _settings().ledger_table))
_ledger = cache(lambda: CauseLedger.of_table(connect("dynamodb", config=POSTING), _settings().ledger_table))
starting.make_ready(os.environ, _store)


def _report(taken: StepTaken, has_time: HasTime) -> None:
    if taken.export is not None:
        _count("SuppressionPagesRead", value=taken.export.pages)
        _count("SuppressionThrottled", value=taken.throttled)
        _count("SuppressionChainRestarted", value=taken.export.chains_restarted)
        for manifest in taken.export.completed or (None,):
            older = supersede_older(_store(), manifest, has_time)
            telemetry.report_snapshot(manifest, older, logger, metrics)
    if taken.summary is not None:
        _count("SuppressionListsCompleted", value=taken.summary.count(ListStatus.COMPLETE))
        _count("SuppressionListsFailed", value=taken.summary.count(ListStatus.FAILED))
        for each in taken.summary.failed[:MOST_NAMED]:
            logger.error("A list has no snapshot", extra={"list": each.name, "why": each.why})


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take the step that the workflow names, and hand back what its next step needs."""
    _count("SuppressionExportCalled", value=1)
    # A role that no longer trusts this one is noticed at once, not when its hour is over.
    reach = AccountReach(_settings().ledger_account, _settings().role, SESSION_NAME)
    open_place, left = partial(connect_place, reach, _settings()), context.get_remaining_time_in_millis
    steps = ExportSteps(_store(), _settings(), open_place, _now, _ledger(), lambda: left() / 1_000)
    taken = serve_step(steps, event, lambda: _table().known_accounts())
    logger.info("step taken", extra={"operation": event["operation"], **taken.note})
    _report(taken, steps.has_time)
    return taken.answer
