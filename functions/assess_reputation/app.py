"""Assesses every account and identity of the ledger, and publishes what changed."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ses_reputation import starting
from ses_reputation.accounts.reach import AccountReach
from ses_reputation.assessment.assessment import AssessmentRun, assess_reputation
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.aws.clients import ASSESSING, connect
from ses_reputation.hours import parse_timestamp
from ses_reputation.notifications.publisher import Publisher
from ses_reputation.notifications.topics import NotificationTopics
from ses_reputation.protection.store import SESSION_NAME, SendingPause
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.telemetry import open_logger, open_metrics, report_assessment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics, memory = open_logger(), open_metrics(os.environ), HistoryMemory()
# The longest step, a page of postings with all days that it names, takes less.
_MILLIS_OF_A_STEP = 45_000

_connect = partial(connect, config=ASSESSING)
_now = partial(datetime.now, UTC)
_settings = cache(lambda: AssessmentSettings.from_environment(os.environ))
_table = cache(lambda: AssessmentTable(_connect("dynamodb"), _settings().ledger_table))
starting.make_ready(os.environ, _table)


def _reach() -> AccountReach:
    return AccountReach(_settings().ledger_account, _settings().role, SESSION_NAME, _connect)


@cache
def _announcing() -> Publisher:
    settings = _settings()
    topics = NotificationTopics(_connect("sns"), settings.alert_topic_arn, settings.chat_topic_arn)
    return Publisher(topics, _connect("events"), settings.event_bus_name)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, int]:
    """Assess as of the event's `scheduled_at`, or of now without one; the answer counts what was done.

    An entity that failed is in a metric and the log, and the schedule's next call assesses it again.
    """
    scheduled_at = parse_timestamp(event["scheduled_at"]) if "scheduled_at" in event else _now()
    # What was assessed at a time to come would not be assessed again until then.
    now = min(scheduled_at, _now())
    run = AssessmentRun(now, _now, lambda: context.get_remaining_time_in_millis() > _MILLIS_OF_A_STEP)
    outcome = assess_reputation(_table(), _announcing(), SendingPause(_reach()), _settings(), run, memory)
    report_assessment(outcome, _settings().entities_with_metrics, logger, metrics)
    ended = {"assessed": len(outcome.evaluations), "failed": len(outcome.failed)}
    return ended | {"published": outcome.published}
