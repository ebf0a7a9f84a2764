"""What the functions tell of themselves: structured logs, and metrics in embedded metric format.

Nothing here ever holds an address. Dimensions are bounded: the kinds and reasons that the library names.
"""

from collections import Counter

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from ses_reputation.journaling import BatchOutcome
from ses_reputation.ledger.posting import PostingOutcome
from ses_reputation.statistics.reading import ReadingOutcome


def report_batch(outcome: BatchOutcome, logger: Logger, metrics: Metrics) -> None:
    """Log and count what became of a batch of queue messages."""
    metrics.add_metric("FeedbackReceived", MetricUnit.Count, outcome.received)
    metrics.add_metric("FeedbackJournaled", MetricUnit.Count, outcome.journaled)
    metrics.add_metric("FeedbackIgnored", MetricUnit.Count, outcome.ignored.total())
    metrics.add_metric("FeedbackQuarantined", MetricUnit.Count, len(outcome.quarantined))
    metrics.add_metric("FeedbackFailed", MetricUnit.Count, len(outcome.failed))
    if outcome.ignored:
        metrics.add_metadata("ignored", dict(outcome.ignored))
    for record in outcome.quarantined:
        logger.warning(
            "Quarantined a message",
            extra={"reason": record.reason, "explanation": record.explanation, "object_key": record.key},
        )
    for cause, count in Counter(outcome.failed.values()).items():
        logger.error(
            "Messages could not be kept, and will come again", extra={"cause": cause, "messages": count}
        )


def report_posting(outcome: PostingOutcome, logger: Logger, metrics: Metrics) -> None:
    """Log and count how the chapters of a batch were posted."""
    for ended, count in outcome.ended.items():
        metrics.add_metric(f"Balances{ended.value.capitalize()}", MetricUnit.Count, count)
    metrics.add_metric("BalancesFailed", MetricUnit.Count, len(outcome.failed))
    for cause in dict.fromkeys(outcome.failed.values()):
        logger.error("Balances could not be posted and will be tried again", extra={"cause": cause})


def report_statistics(outcome: ReadingOutcome, logger: Logger, metrics: Metrics) -> None:
    """Log and count whose statistics were read, and whose were not, and why."""
    metrics.add_metric("StatisticsRead", MetricUnit.Count, len(outcome.read))
    metrics.add_metric("StatisticsSkipped", MetricUnit.Count, len(outcome.skipped))
    metrics.add_metric("StatisticsFailed", MetricUnit.Count, len(outcome.failed))
    for place in outcome.skipped:
        logger.info("Statistics skipped: no reading role is named", extra=place._asdict())
    for place, cause in outcome.failed.items():
        logger.error(
            "Statistics could not be read; the last reading stays", extra={**place._asdict(), "cause": cause}
        )
