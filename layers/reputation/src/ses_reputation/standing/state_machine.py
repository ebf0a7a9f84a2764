"""What changed in an entity since its last assessment, told once, and again daily while it lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ses_reputation.findings.finding import Detection, DetectionState
from ses_reputation.notifications.context import (
    NotificationContext,
    Ongoing,
    Resolution,
    StandingChange,
    ses_rate_of,
)
from ses_reputation.notifications.events import (
    finding_detail,
    frame_detail,
    protection_detail,
    resolution_detail,
    standing_detail,
    standing_of_action,
)
from ses_reputation.notifications.texts.finding import alert_of_finding, alert_of_resolution
from ses_reputation.notifications.texts.layout import Alert
from ses_reputation.notifications.texts.protection import alert_of_protection
from ses_reputation.notifications.texts.reminder import remind
from ses_reputation.notifications.texts.standing import alert_of_standing
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import EntityState, FindingState, MeasureState, Transition, TransitionKind

REPEAT_INTERVAL = timedelta(hours=24)
UNRATED = "unrated"
"""Names a reminder of an entity that has no standing."""


@dataclass(frozen=True, slots=True)
class EntityEvaluation:
    """What one assessment saw of an entity.

    detections: one for each kind and `scope` at most. view: plain JSON for EntityState.view; SES's own
    figures are under `ses`: `bounce_rate` and `complaint_rate` as fractions of 1 or null, `rates_at`."""

    entity: ReputationEntity
    evaluations: Mapping[Measure, Evaluation]
    detections: Sequence[Detection]
    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FindingsStep:
    """What became of an entity's findings: all that are open now, those that are new, those that ended."""

    open: Mapping[str, FindingState]
    opened: Mapping[str, FindingState]
    resolved: Mapping[str, Resolution]


def next_state(
    previous: EntityState | None, seen: EntityEvaluation, now: datetime, stack_name: str
) -> tuple[EntityState, list[Transition]]:
    """Return an entity's next state, and the transitions that led there; pure.

    A first rating of HEALTHY, and the loss of a standing for want of volume, are silent. A finding that is
    not sighted at all is over; one whose detection is INCONCLUSIVE stays as it was, open or not. What
    protection did is carried over."""
    before = previous or EntityState(seen.entity, 0, now)
    changes = _changes(before, seen, now)
    step = _step_findings(before.findings, seen.detections, now)
    state = replace(
        before,
        version=before.version + 1,
        assessed_at=now,
        measures=_next_measures(before, seen, changes, now),
        findings=step.open,
        view=seen.view,
    )
    context = NotificationContext(seen.entity, now, stack_name, state.standing)
    transitions = [
        *(_tell_standing(context, change) for change in changes),
        *(_tell_finding(context, name, finding) for name, finding in step.opened.items()),
        *(_tell_resolution(context, name, resolution) for name, resolution in step.resolved.items()),
    ]
    ongoing = _lasting(state, seen)
    if _is_due(ongoing, now):
        transitions.append(_tell_again(context, ongoing))
        state = _with_told(state, ongoing, now)
    return replace(
        state, unpublished=before.unpublished + tuple(each.id for each in transitions)
    ), transitions


def protection_transition(
    entity: ReputationEntity, action: ProtectionAction, now: datetime, stack_name: str
) -> Transition:
    """Return the transition of a step that protection took about one of an entity's configuration sets."""
    context = NotificationContext(entity, now, stack_name, standing_of_action(action))
    transition = Transition(entity, now, TransitionKind.PROTECTION, action.configuration_set, {})
    return _told(context, transition, protection_detail(action), alert_of_protection(context, action))


def _changes(before: EntityState, seen: EntityEvaluation, now: datetime) -> list[StandingChange]:
    changes = []
    for measure, evaluation in seen.evaluations.items():
        held = before.measures.get(measure)
        expected = held.standing if held else Standing.HEALTHY
        if evaluation.standing not in (None, expected):
            after = MeasureState(evaluation.standing, now, now)
            ses_rate = ses_rate_of(seen.view, measure)
            changes.append(StandingChange(measure, held, after, evaluation, ses_rate))
    return changes


def _next_measures(
    before: EntityState, seen: EntityEvaluation, changes: Sequence[StandingChange], now: datetime
) -> dict[Measure, MeasureState]:
    measures = {
        measure: before.measures.get(measure) or MeasureState(evaluation.standing, now)
        for measure, evaluation in seen.evaluations.items()
        if evaluation.standing is not None
    }
    return measures | {change.measure: change.after for change in changes}


def _step_findings(
    before: Mapping[str, FindingState], detections: Sequence[Detection], now: datetime
) -> FindingsStep:
    by_key = {detection.key: detection for detection in detections}
    opened = {
        key: _opened(detection, now)
        for key, detection in by_key.items()
        if detection.state is DetectionState.FIRING and key not in before
    }
    ongoing = {key for key in before if key in by_key and by_key[key].state is not DetectionState.CLEAR}
    resolved = {
        key: Resolution(finding, by_key.get(key)) for key, finding in before.items() if key not in ongoing
    }
    kept = {key: _refreshed(finding, by_key[key]) for key, finding in before.items() if key in ongoing}
    return FindingsStep(kept | opened, opened, resolved)


def _opened(detection: Detection, now: datetime) -> FindingState:
    return FindingState(
        detection.kind,
        detection.scope,
        detection.since,
        now,
        now,
        detection.headline,
        detection.figures,
        detection.evidence,
        detection.advice,
    )


def _refreshed(finding: FindingState, detection: Detection) -> FindingState:
    """Return an open finding with what is known of it now, as far as the detection says anything."""
    if not detection.headline:
        return finding
    return replace(
        finding,
        headline=detection.headline,
        figures=detection.figures,
        evidence=detection.evidence,
        advice=detection.advice or finding.advice,
    )


def _lasting(state: EntityState, seen: EntityEvaluation) -> Ongoing:
    """Return what goes on without having been told of in this very assessment."""
    measures = {
        measure: (held, seen.evaluations[measure])
        for measure, held in state.measures.items()
        if held.standing is not Standing.HEALTHY and held.notified_at != state.assessed_at
    }
    findings = {
        key: finding for key, finding in state.findings.items() if finding.notified_at != state.assessed_at
    }
    return Ongoing(measures, findings)


def _is_due(ongoing: Ongoing, now: datetime) -> bool:
    told = [held.notified_at for held, _ in ongoing.measures.values()]
    told += [finding.notified_at for finding in ongoing.findings.values()]
    return any(at is None or now - at >= REPEAT_INTERVAL for at in told)


def _with_told(state: EntityState, ongoing: Ongoing, now: datetime) -> EntityState:
    measures = {measure: replace(held, notified_at=now) for measure, (held, _) in ongoing.measures.items()}
    findings = {key: replace(finding, notified_at=now) for key, finding in ongoing.findings.items()}
    return replace(state, measures={**state.measures, **measures}, findings={**state.findings, **findings})


def _tell_standing(context: NotificationContext, change: StandingChange) -> Transition:
    transition = Transition(context.entity, context.at, TransitionKind.STANDING_CHANGED, change.measure, {})
    return _told(context, transition, standing_detail(change), alert_of_standing(context, change))


def _tell_finding(context: NotificationContext, name: str, finding: FindingState) -> Transition:
    transition = Transition(context.entity, context.at, TransitionKind.FINDING_OPENED, name, {})
    return _told(context, transition, finding_detail(finding), alert_of_finding(context, finding))


def _tell_resolution(context: NotificationContext, name: str, resolution: Resolution) -> Transition:
    transition = Transition(context.entity, context.at, TransitionKind.FINDING_RESOLVED, name, {})
    detail, alert = resolution_detail(resolution), alert_of_resolution(context, resolution)
    return _told(context, transition, detail, alert)


def _tell_again(context: NotificationContext, ongoing: Ongoing) -> Transition:
    alert, name = remind(context, ongoing), context.standing or UNRATED
    return Transition(context.entity, context.at, TransitionKind.REMINDER, name, {}, *alert)


def _told(
    context: NotificationContext, transition: Transition, detail: Mapping[str, Any], alert: Alert
) -> Transition:
    whole = {**frame_detail(context, transition), **detail}
    return replace(transition, detail=whole, subject=alert.subject, text=alert.text)
