"""Sends each party its weekly digest: where it stands, what changed and what lasts."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ses_reputation import starting
from ses_reputation.aws.clients import ASSESSING, connect
from ses_reputation.digest.list_sizes import read_list_sizes
from ses_reputation.digest.sending import send_digests
from ses_reputation.digest.settings import DigestSettings
from ses_reputation.digest.store import DigestTable
from ses_reputation.errors import UnavailableError
from ses_reputation.hours import parse_timestamp
from ses_reputation.notifications.topics import NotificationTopics
from ses_reputation.suppression.store import connect_store
from ses_reputation.telemetry import open_logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = open_logger()

_connect = partial(connect, config=ASSESSING)
_now = partial(datetime.now, UTC)
_settings = cache(lambda: DigestSettings.from_environment(os.environ))
_table = cache(lambda: DigestTable(_connect("dynamodb"), _settings().ledger_table))
_store = cache(lambda: connect_store(_settings().bucket))
starting.make_ready(os.environ, _table)


@cache
def _topics() -> NotificationTopics:
    return NotificationTopics(_connect("sns"), _settings().alert_topic_arn, _settings().chat_topic_arn)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, int]:
    """Send the digests of the week of the event's `scheduled_at`, or of now without one.

    Raises UnavailableError where a party has none yet: Lambda calls again, and sends what is left.
    """
    at = parse_timestamp(event["scheduled_at"]) if "scheduled_at" in event else _now()
    outcome = send_digests(_table(), lambda: read_list_sizes(_store()), _topics(), _settings(), at, _now)
    logger.info("digests sent", extra={"sent": outcome.sent, "failed": outcome.failed})
    if outcome.failed:
        raise UnavailableError(f"{len(outcome.failed)} digests were not sent: see the log")
    return {"sent": outcome.sent}
