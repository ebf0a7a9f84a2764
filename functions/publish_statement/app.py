"""Writes each party's statement: a page and its JSON twin, on a schedule and after a change."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ses_reputation import starting
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.aws.clients import ASSESSING, KEEPING_SNAPSHOTS, connect
from ses_reputation.errors import UnavailableError
from ses_reputation.statement.publishing import StatementStores, publish_alone
from ses_reputation.statement.runs import StatementStart
from ses_reputation.statement.runs_store import StatementRunTable
from ses_reputation.statement.settings import StatementSettings
from ses_reputation.statement.store import StatementBucket
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.telemetry import open_logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = open_logger()
# The longest step, the statement of an owner with a thousand identities, takes less.
_MILLIS_OF_A_STEP = 60_000

manifests: dict[str, Manifest] = {}
_now = partial(datetime.now, UTC)
_settings = cache(lambda: StatementSettings.from_environment(os.environ))
_dynamodb = cache(lambda: connect("dynamodb", config=ASSESSING))
_table = cache(lambda: AssessmentTable(_dynamodb(), _settings().ledger_table))
_runs = cache(lambda: StatementRunTable(_dynamodb(), _settings().ledger_table))
_s3 = cache(lambda: connect("s3", config=KEEPING_SNAPSHOTS))
starting.make_ready(os.environ, _table, _s3)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, int]:
    """Write the statements of all parties, whatever the event says: what changed is read from the ledger.

    Raises UnavailableError where a party's statement is still that of an earlier run: Lambda calls again.
    """
    holder = event.get("id") or event.get("scheduled_at") or context.aws_request_id
    start = StatementStart(holder, _now, partial(_has_time, context), manifests)
    bucket = _settings().bucket
    stores = StatementStores(_table(), S3SnapshotStore(_s3(), bucket), StatementBucket(_s3, bucket))
    outcome = publish_alone(_runs(), stores, _settings().plan, start)
    done = {"published": len(outcome.published), "failed": outcome.failed, "is_needed": outcome.is_needed}
    logger.info("statements published", extra=done)
    if outcome.failed:
        raise UnavailableError(f"{len(outcome.failed)} statements were not published: see the log")
    return {"published": len(outcome.published)}


def _has_time(context: "LambdaContext") -> bool:
    return context.get_remaining_time_in_millis() > _MILLIS_OF_A_STEP
