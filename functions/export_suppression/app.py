"""One step of a suppression export: begin a run, read one part of the list, or finish the snapshot."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from ses_reputation import starting
from ses_reputation.suppression.export import claim, merge_parts, read_part
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.listing.list_reader import ListReader, connect_list
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.superseding import supersede_older
from ses_reputation.suppression.store import connect_store
from ses_reputation.telemetry import open_logger, open_metrics, report_snapshot

logger, metrics = open_logger(), open_metrics(os.environ)
_count, _now = partial(metrics.add_metric, unit="Count"), partial(datetime.now, UTC)
_settings = cache(lambda: ExportSettings.from_environment(os.environ))
_store = cache(lambda: connect_store(_settings().bucket))
_reader = cache(lambda region: ListReader(connect_list(region, _settings().page_size)))
starting.make_ready(os.environ, _store)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take the step that the workflow names, and hand back what its next step needs."""
    _count("SuppressionExportCalled", value=1)
    if event["operation"] == "begin":
        return begin(event["request"], event["execution"])
    step = {"read": read, "finish": finish}[event["operation"]]
    return step(Export.from_json(event["export"]), lambda: context.get_remaining_time_in_millis() / 1_000)


def begin(request: dict[str, Any], execution: str) -> dict[str, Any]:
    """Claim the run of one schedule time, for the account and Region that the execution itself is in."""
    begun = claim.begin_exports(_store(), request, execution, _now)
    for foreign in begun.already_claimed:
        logger.warning("already claimed", extra={"claim": foreign.run.claim_key, "by": foreign.execution})
    return begun.to_json()


def read(export: Export, seconds_left: Callable[[], float]) -> dict[str, Any]:
    """Read one part of the list."""
    part = read_part.read_part(_store(), _reader(export.run.target.region), export, _settings(), seconds_left)
    logger.info("part read", extra={"run": export.run.prefix, "pages": part.pages, "rows": part.rows})
    _count("SuppressionPagesRead", value=part.pages)
    _count("SuppressionThrottled", value=part.throttled)
    _count("SuppressionChainRestarted", value=int(part.is_chain_restarted))
    return part.export.to_json()


def finish(export: Export, seconds_left: Callable[[], float]) -> dict[str, Any]:
    """Write finished parts and, after the last, the manifest; then mark what it supersedes."""
    step = merge_parts.merge_parts(_store(), export, _settings(), seconds_left, _now)
    older = supersede_older(_store(), step.manifest, lambda: seconds_left() > _settings().margin_seconds)
    report_snapshot(step.manifest, older, logger, metrics)
    return step.export.to_json()
