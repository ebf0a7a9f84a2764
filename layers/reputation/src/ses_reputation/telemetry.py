"""What the functions report: structured logs, and metrics in embedded metric format.

Nothing here ever holds an address. Dimensions are bounded: the kinds and reasons that the library names.
CloudWatch bills each metric for each hour in which it has a value, so by default only what alarms watch is
sent, and only where there is some of it; a line of each call has all counts (docs/adr/0032).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricResolution, MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from ses_reputation.environment import Environment, read_flag

if TYPE_CHECKING:
    # Each function starts faster without the rooms of the others.
    from ses_reputation.assessment.assessment import AssessmentOutcome
    from ses_reputation.journaling import BatchOutcome
    from ses_reputation.ledger.posting import PostingOutcome
    from ses_reputation.standing.state import EntityState, Transition
    from ses_reputation.statistics.checking import ChecksOutcome
    from ses_reputation.statistics.reading import ReadingOutcome
    from ses_reputation.statistics.reading_decisions import DecisionsOutcome
    from ses_reputation.statistics.unheard_channels import ChannelsOutcome
    from ses_reputation.suppression.snapshot.manifest import Manifest
    from ses_reputation.suppression.snapshot.superseding import Superseding

_MOST_ENTITIES_NAMED = 20
# Of about 200 bytes each, in a line of 256 KB at most.
_ENTITIES_OF_A_LINE = 500
# A day would change who has most mail with the day of the week.
_MAIL_WINDOW = "7d"
WATCHED = frozenset(
    {
        "FeedbackJournaled",
        "FeedbackQuarantined",
        "SupersedingFailed",
        "PlacesUnchecked",
        "StatisticsFailed",
        "EntitiesFailed",
        "WorstStanding",
        "ChannelsUnheard",
        "SuppressionListsFailed",
    }
)
"""The metrics that alarms watch, of which 0 says as little as silence: they treat missing data so."""
_RATES = {"bounces": "BounceRate", "complaints": "ComplaintRate"}


def open_logger(**options: Any) -> Logger:
    """Return a logger whose lines are ASCII, with Powertools' own options.

    Powertools by itself leaves the controls of C1 and bidi overrides in a line, and people read logs in
    terminals.
    """
    return Logger(json_serializer=partial(json.dumps, default=str, separators=(",", ":")), **options)


class CountedMetrics(AmazonCloudWatchEMFProvider):
    """Metrics of which only those are sent that alarms watch, or all; the line of a call has all counts."""

    def __init__(self, *, is_detailed: bool) -> None:
        super().__init__()
        self._is_detailed = is_detailed

    def add_metric(
        self, name: str, unit: MetricUnit | str, value: float, resolution: MetricResolution | int = 60
    ) -> None:
        """Count, and send the metric where an alarm watches it; a name that comes again is added up."""
        counts = self.metadata_set.setdefault("counts", {})
        counts[name] = counts.get(name, 0) + value
        if self._is_detailed or (value and name in WATCHED):
            super().add_metric(name, unit, value, resolution)

    def flush_metrics(self, raise_on_empty_metrics: bool = False) -> None:
        """Print one line: in embedded metric format, or with the counts alone where no metric is sent."""
        if self.metric_set:
            super().flush_metrics(raise_on_empty_metrics=raise_on_empty_metrics)
        elif self.metadata_set:
            print(json.dumps({"service": self.service, **self.metadata_set}, separators=(",", ":")))
            self.clear_metrics()


def open_metrics(environment: Environment) -> Metrics:
    """Return a function's metrics: all if `DETAILED_METRICS` is `true`, else those that alarms watch."""
    return Metrics(provider=CountedMetrics(is_detailed=read_flag(environment, "DETAILED_METRICS")))


def report_batch(outcome: "BatchOutcome", logger: Logger, metrics: Metrics) -> None:
    """Log and count what became of a batch of queue messages."""
    metrics.add_metric("FeedbackReceived", MetricUnit.Count, outcome.received)
    metrics.add_metric("FeedbackJournaled", MetricUnit.Count, outcome.journaled)
    metrics.add_metric("FeedbackIgnored", MetricUnit.Count, outcome.ignored.total())
    metrics.add_metric("FeedbackQuarantined", MetricUnit.Count, len(outcome.quarantined))
    metrics.add_metric("FeedbackFailed", MetricUnit.Count, len(outcome.failed))
    if outcome.ignored:
        metrics.add_metadata("ignored", dict(outcome.ignored))
    if outcome.left_out:
        logger.warning(
            "Journaled messages without parts that nobody can use", extra={"left_out": dict(outcome.left_out)}
        )
    for record in outcome.quarantined:
        logger.warning(
            "Quarantined a message",
            extra={"reason": record.reason, "explanation": record.explanation, "object_key": record.key},
        )
    for cause, count in Counter(outcome.failed.values()).items():
        logger.error(
            "Messages could not be kept, and will come again", extra={"cause": cause, "messages": count}
        )


def report_posting(outcome: "PostingOutcome", logger: Logger, metrics: Metrics) -> None:
    """Log and count how the segments of a batch were posted."""
    for ended, count in outcome.ended.items():
        metrics.add_metric(f"Balances{ended.value.capitalize()}", MetricUnit.Count, count)
    causes = Counter((*outcome.failed.values(), *outcome.handed_on.values()))
    metrics.add_metric("BalancesFailed", MetricUnit.Count, causes.total())
    for cause, count in causes.items():
        logger.error(
            "Balances could not be posted and will be tried again", extra={"cause": cause, "records": count}
        )


def report_statistics(outcome: "ReadingOutcome", logger: Logger, metrics: Metrics) -> dict[str, int]:
    """Log and count whose statistics were read, and whose were not, and why; return the counts."""
    metrics.add_metric("StatisticsRead", MetricUnit.Count, len(outcome.read))
    metrics.add_metric("StatisticsSkipped", MetricUnit.Count, len(outcome.skipped))
    metrics.add_metric("StatisticsFailed", MetricUnit.Count, len(outcome.failed))
    for place in outcome.skipped:
        logger.info("Statistics skipped: no reading role is named", extra=place._asdict())
    for place, cause in outcome.failed.items():
        logger.error(
            "Statistics could not be read; the last reading stays", extra={**place._asdict(), "cause": cause}
        )
    return {"read": len(outcome.read), "skipped": len(outcome.skipped), "failed": len(outcome.failed)}


def report_decisions(outcome: "DecisionsOutcome", logger: Logger, metrics: Metrics) -> dict[str, int]:
    """Log and count whose decisions of SES were read, and whose were not, and why; return the counts."""
    metrics.add_metric("DecisionsRead", MetricUnit.Count, len(outcome.states))
    if outcome.failed:
        metrics.add_metric("StatisticsFailed", MetricUnit.Count, len(outcome.failed))
    for place, cause in outcome.failed.items():
        logger.error(
            "What SES decided could not be read; the last reading stays",
            extra={**place._asdict(), "cause": cause},
        )
    whole = [each for each in outcome.unread if each.action == "ses:ListReputationEntities"]
    for (action, cause), calls in Counter((each.action, each.error_code) for each in whole).items():
        logger.warning(
            "How SES sees tenants could not be read", extra={"action": action, "cause": cause, "calls": calls}
        )
    return {"decided": len(outcome.states), "undecided": len(outcome.failed)}


def report_checks(outcome: "ChecksOutcome", logger: Logger, metrics: Metrics) -> dict[str, int]:
    """Log and count which accounts and Regions the doctor's checks looked at, and what it could not read.

    It returns the counts.

    What they found is not logged: alerts quote it.
    """
    metrics.add_metric("PlacesChecked", MetricUnit.Count, len(outcome.kept))
    metrics.add_metric("PlacesUnchecked", MetricUnit.Count, len(outcome.failed))
    for place, cause in outcome.failed.items():
        logger.warning(
            "An account could not be checked; its last diagnoses stay",
            extra={**place._asdict(), "cause": cause},
        )
    for kept in outcome.kept:
        if kept.resume_after:
            logger.info("An account was read in part; the next run goes on", extra=kept.place._asdict())
    refused = Counter((each.asker, each.action, each.error_code) for each in outcome.unread)
    for (asker, action, cause), calls in refused.items():
        logger.warning(
            "Checks did without what they could not read",
            extra={"asker": asker, "action": action, "cause": cause, "calls": calls},
        )
    return {"checked": len(outcome.kept), "unchecked": len(outcome.failed)}


def report_snapshot(
    manifest: "Manifest | None", older: "Superseding", logger: Logger, metrics: Metrics
) -> None:
    """Log and count whether a snapshot was finished, and what of older ones may expire for it."""
    metrics.add_metric("SnapshotCompleted", MetricUnit.Count, int(manifest is not None))
    metrics.add_metric("SuppressedDestinationsExported", MetricUnit.Count, manifest.total if manifest else 0)
    metrics.add_metric("ObjectsSuperseded", MetricUnit.Count, older.objects)
    metrics.add_metric("SupersedingFailed", MetricUnit.Count, int(bool(older.failure)))
    if older.failure:
        logger.error("Older snapshots do not expire yet", extra={"cause": older.failure})


def report_channels(outcome: "ChannelsOutcome", logger: Logger, metrics: Metrics) -> None:
    """Log and count the channels of the stack that nobody hears.

    The metric is there only while there are some: CloudWatch bills a metric for the hours that have values.
    """
    if outcome.unheard:
        metrics.add_metric("ChannelsUnheard", MetricUnit.Count, len(outcome.unheard))
    for channel, problem in outcome.unheard.items():
        logger.error("A channel reaches nobody", extra={"channel": channel, "problem": problem})
    for channel, cause in outcome.unknown.items():
        logger.warning(
            "It is not known whether a channel reaches anybody",
            extra={"channel": channel, "cause": cause},
        )


def report_assessment(
    outcome: "AssessmentOutcome", entities_with_metrics: int, logger: Logger, metrics: Metrics
) -> None:
    """Log and count what an assessment did, and report the figures of each assessed entity.

    So many entities at most, those with most eligible sends in the last seven days, have metrics of their
    own, since CloudWatch bills each; entities without a send have none. The figures of all others are logged.
    Dimensions of an entity's are `account` and `region`, or `identity`; a rate is reported where it has a
    standing. Alerts are not logged: they are read where they are sent to.
    """
    _count_run(outcome, metrics)
    assessed = [state for state in outcome.states if state.entity in outcome.evaluations]
    chosen = _most_mail(assessed, entities_with_metrics)
    for state in chosen:
        _publish_entity(state, _figures_of(state, outcome), metrics)
    _log_entities([state for state in assessed if state not in chosen], outcome, logger)
    for transition in outcome.transitions:
        logger.info("An entity changed", extra=_describe(transition))
    for cause, entities in outcome.failed_by_cause().items():
        named = {"cause": cause, "entities": entities[:_MOST_ENTITIES_NAMED], "failed": len(entities)}
        logger.error("Entities could not be assessed or published, and will be again", extra=named)
    if not outcome.is_caught_up:
        logger.info("The rollup goes on in the next run; no entity is assessed before it has caught up")


def _count_run(outcome: "AssessmentOutcome", metrics: Metrics) -> None:
    metrics.add_metric("EntitiesAssessed", MetricUnit.Count, len(outcome.evaluations))
    metrics.add_metric("EntitiesFailed", MetricUnit.Count, len(outcome.failed))
    metrics.add_metric("DaysRolledUp", MetricUnit.Count, outcome.days_rolled_up)
    metrics.add_metric("TransitionsPublished", MetricUnit.Count, outcome.published)
    findings = sum(len(state.findings) for state in outcome.states)
    metrics.add_metric("OpenFindings", MetricUnit.Count, findings)
    severities = [state.standing.severity for state in outcome.states if state.standing]
    if severities:
        metrics.add_metric("WorstStanding", MetricUnit.Count, max(severities))


def _most_mail(states: "Sequence[EntityState]", most: int) -> "Sequence[EntityState]":
    sends = {state.entity: state.sends_within(_MAIL_WINDOW) for state in states}
    sending = [state for state in states if sends[state.entity]]
    ordered = sorted(sending, key=lambda state: (-sends[state.entity], state.entity))
    # Addresses that look alike when they are shortened have one metric: that of the one with most mail.
    by_name = {state.entity.short_key: state for state in reversed(ordered)}
    return [state for state in ordered if by_name[state.entity.short_key] is state][:most]


def _figures_of(state: "EntityState", outcome: "AssessmentOutcome") -> Mapping[str, float]:
    """Return an entity's figures by name: a count, or a rate in percent."""
    evaluations = outcome.evaluations[state.entity]
    # All measures are taken of the same mail.
    figures = {"EligibleSends": float(max(each.sends for each in evaluations.values()))}
    for measure, evaluation in evaluations.items():
        if evaluation.standing and evaluation.rate:
            figures[_RATES[measure]] = float(evaluation.rate.value * 100)
    return {**figures, "Standing": float(state.standing.severity)} if state.standing else figures


def _publish_entity(state: "EntityState", figures: Mapping[str, float], metrics: Metrics) -> None:
    """Print one document in embedded metric format: dimensions hold for all metrics of a document."""
    document = EphemeralMetrics(namespace=metrics.namespace, service=metrics.service)
    for name, value in state.entity.short_names.items():
        document.add_dimension(name, value)
    for name, figure in figures.items():
        unit = MetricUnit.Percent if name in _RATES.values() else MetricUnit.Count
        document.add_metric(name, unit, figure)
    document.flush_metrics()


def _log_entities(states: "Sequence[EntityState]", outcome: "AssessmentOutcome", logger: Logger) -> None:
    for start in range(0, len(states), _ENTITIES_OF_A_LINE):
        line = states[start : start + _ENTITIES_OF_A_LINE]
        figures = [{"entity": state.entity.short_key, **_figures_of(state, outcome)} for state in line]
        logger.info("Figures of entities without metrics of their own", extra={"figures": figures})


def _describe(transition: "Transition") -> dict[str, str]:
    detail = transition.detail
    change = {name: detail[name] for name in ("from", "to", "step") if detail.get(name)}
    return {
        "entity": transition.entity.short_key,
        "kind": str(transition.kind),
        "change": transition.name,
        **change,
    }
