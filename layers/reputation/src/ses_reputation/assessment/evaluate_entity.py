"""What one assessment finds out about an entity: its standings, detections, and what is shown of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.assessment.inputs import AssessmentInputs
from ses_reputation.assessment.official_rates import with_official_rates
from ses_reputation.assessment.ses_count import evaluate_by_ses_count
from ses_reputation.delivery.delays import count_open_mail
from ses_reputation.findings.detectors import detect_all
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import Detection
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.statistics.send_statistics import SendStatistics


@dataclass(frozen=True, slots=True)
class EntityEvaluation:
    """What one assessment found out about an entity.

    detections: one for each kind and `scope` at most. view: plain JSON for EntityState.view; SES's own
    figures are under `ses`: `bounce_rate` and `complaint_rate` as fractions of 1 or null, with their times.
    """

    entity: ReputationEntity
    evaluations: Mapping[Measure, Evaluation]
    detections: Sequence[Detection]
    view: Mapping[str, Any]


def evaluate_entity(
    entity: ReputationEntity,
    inputs: AssessmentInputs,
    previous: Mapping[Measure, Standing],
    rules: StandingRules,
    now: datetime,
) -> EntityEvaluation:
    """Return the evaluations and detections of an entity at an aware time, and what is shown of it.

    previous: where the entity stood by each measure; empty if it was never rated.
    """
    history, rules = inputs.histories[entity], rules.of(entity)
    hours, statistics = inputs.hours.get(entity, ()), inputs.statistics.get(entity)
    estimates = evaluate_standing(history, previous, rules)
    estimates = evaluate_by_ses_count(estimates, history, statistics, previous, rules)
    evaluations = with_official_rates(estimates, statistics, previous, rules, now)
    has_mail = any(evaluation.has_mail for evaluation in evaluations.values())
    # Of an entity without mail nothing lasts, not even what nobody can tell.
    mail = EntityMail(history, hours, statistics, rules, inputs.diagnoses)
    detections = detect_all(mail) if has_mail else []
    view = entity_to_json(evaluations, history, statistics, hours)
    return EntityEvaluation(entity, evaluations, detections, view)


def entity_to_json(
    evaluations: Mapping[Measure, Evaluation],
    history: History,
    statistics: SendStatistics | None,
    hours: Iterable[HourBalance],
) -> dict[str, Any]:
    """Return what `standing --json` prints of an entity, as plain JSON: EntityState.view.

    measures    by measure, see ses_reputation.standing.evaluation_json.evaluation_to_json
    ses         what SES publishes itself: {bounce_rate, bounce_rate_at, complaint_rate,
                complaint_rate_at, rates_at}, rates as fractions of 1, each null where SES publishes none;
                rates_at is the older time; null for an identity, and for an account whose statistics were
                not read
    open        mail of today and yesterday (UTC) whose end is not known: {delayed, without_outcome}, in
                dispatches; those without outcome may be on their way yet
    """
    return {
        "measures": evaluation_to_json(evaluations, history),
        "ses": _statistics_to_json(statistics) if statistics else None,
        "open": count_open_mail(hours),
    }


def _statistics_to_json(statistics: SendStatistics) -> dict[str, Any]:
    return {
        "bounce_rate": statistics.bounce_rate,
        "complaint_rate": statistics.complaint_rate,
        "rates_at": _time_text(statistics.rates_at),
        "bounce_rate_at": _time_text(statistics.bounce_rate_at),
        "complaint_rate_at": _time_text(statistics.complaint_rate_at),
    }


def _time_text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
