"""Journals what SES reports into the ledger, and what is not believed into quarantine."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ses_reputation import starting
from ses_reputation.aws.clients import CONFIRMING, JOURNALING, JOURNALING_FAST, connect
from ses_reputation.feedback.store import Subscriptions
from ses_reputation.journaling import Journaling, Rules
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.ledger.store import JournalTable
from ses_reputation.quarantine.store import QuarantineBucket
from ses_reputation.registration.register import open_register
from ses_reputation.signing.authority import AMAZON
from ses_reputation.signing.certificates import SigningCertificates
from ses_reputation.signing.fetching import CertificateFetcher
from ses_reputation.telemetry import open_logger, open_metrics, report_batch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# A request that answers at the last moment, and its repeat.
_MILLIS_OF_A_WRITE = 20_000
logger, metrics = open_logger(), open_metrics(os.environ)
# Most batches need neither.
_s3 = cache(lambda: connect("s3", config=JOURNALING))
_sns = cache(lambda region: connect("sns", region_name=region, config=CONFIRMING))


@cache
def _journaling() -> Journaling:
    settings = JournalSettings.from_environment(os.environ)
    return Journaling(
        Rules(settings.registry, settings.own_domains, settings.entry_retention, settings.tag_names),
        SigningCertificates(AMAZON.roots, CertificateFetcher(AMAZON)),
        JournalTable(connect("dynamodb", config=JOURNALING_FAST), settings.ledger_table),
        QuarantineBucket(_s3, settings.reputation_bucket),
        Subscriptions(_sns),
        open_register(settings.registry, settings.accounts_path),
    )


starting.make_ready(os.environ, _journaling)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Journal a batch of queue messages; the answer names those that have to come again."""
    outcome = _journaling().journal_batch(
        event["Records"],
        datetime.now(UTC),
        lambda: context.get_remaining_time_in_millis() > _MILLIS_OF_A_WRITE,
    )
    report_batch(outcome, logger, metrics)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in sorted(outcome.failed)]}
