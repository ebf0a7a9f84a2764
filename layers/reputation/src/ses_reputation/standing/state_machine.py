"""The next state of an entity, and what changed on the way there: each change once, what lasts once a day."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ses_reputation.findings.finding import Detection, DetectionState
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.standing.changes import (
    EntityChange,
    FindingOpened,
    FindingResolved,
    Ongoing,
    StandingChange,
    StandingEnded,
)
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.mutes import grown_findings, lasting_mutes
from ses_reputation.standing.state import EntityState, FindingState, MeasureState

REPEAT_INTERVAL = timedelta(hours=24)
MOST_FINDINGS = 20
"""Findings of a kind that are open in an entity at most: its state is one item, and each opening an alert."""


def next_state(
    before: EntityState,
    evaluations: Mapping[Measure, Evaluation],
    detections: Sequence[Detection],
    now: datetime,
) -> tuple[EntityState, list[EntityChange]]:
    """Return an entity's next state, and the changes that led there; pure.

    before: version 0 for an entity that was never assessed. detections: one for each kind and `scope` at
    most. A first rating of HEALTHY, and the loss of a standing for want of volume, are no changes; its loss
    with the last mail of the window is one. A finding
    without any detection ends; one whose detection is INCONCLUSIVE stays as it was, open or not. Of one kind
    at most MOST_FINDINGS are open, those that are detected first; the view's `findings_left_out` says how
    many more fire, by kind. What is muted is not repeated; a mute ends at its time, when what it silences
    ends, and when that gets worse, which is published at once. What protection did, and the view, are carried
    over. The ids of the changes are
    added to `unpublished`.
    """
    changed = list(_changes(before, evaluations, now))
    measures = _next_measures(before, evaluations, changed, now)
    findings, of_findings = _next_findings(before.findings, detections, now)
    left_out = _left_out(findings, detections)
    mutes = lasting_mutes(before.mutes, measures, findings, now)
    grown = grown_findings(mutes, findings)
    worse = grown | {str(change.measure) for change in changed if change.is_worse}
    state = replace(
        before,
        version=before.version + 1,
        assessed_at=now,
        measures=measures,
        findings=findings,
        mutes={key: mute for key, mute in mutes.items() if key not in worse},
        view={**before.view, "findings_left_out": left_out} if left_out else before.view,
    )
    changes: list[EntityChange] = [*changed, *_ended(before, evaluations, now), *of_findings]
    ongoing = _ongoing(state, evaluations, grown)
    if _is_due(ongoing):
        changes.append(ongoing)
        state = _with_notified(state, ongoing)
    return replace(state, unpublished=before.unpublished + tuple(each.id for each in changes)), changes


def _changes(
    before: EntityState, evaluations: Mapping[Measure, Evaluation], now: datetime
) -> Iterator[StandingChange]:
    for measure, evaluation in evaluations.items():
        previous = before.measures.get(measure)
        expected = previous.standing if previous else Standing.HEALTHY
        if evaluation.standing not in (None, expected):
            after = MeasureState(evaluation.standing, now, now)
            yield StandingChange(now, measure, previous, after, evaluation)


def _ended(
    before: EntityState, evaluations: Mapping[Measure, Evaluation], now: datetime
) -> Iterator[StandingEnded]:
    for measure, evaluation in evaluations.items():
        previous = before.measures.get(measure)
        if previous and previous.standing is not Standing.HEALTHY and not evaluation.has_mail:
            yield StandingEnded(now, measure, previous, evaluation)


def _next_measures(
    before: EntityState,
    evaluations: Mapping[Measure, Evaluation],
    changes: Sequence[StandingChange],
    now: datetime,
) -> dict[Measure, MeasureState]:
    measures = {
        measure: before.measures.get(measure) or MeasureState(evaluation.standing, now)
        for measure, evaluation in evaluations.items()
        if evaluation.standing is not None
    }
    return measures | {change.measure: change.after for change in changes}


def _next_findings(
    before: Mapping[str, FindingState], detections: Sequence[Detection], now: datetime
) -> tuple[dict[str, FindingState], list[FindingOpened | FindingResolved]]:
    """Return all findings that are open now, and the changes: those that are new, then those that ended."""
    by_key = {detection.key: detection for detection in detections}
    lasting = {key for key in before if key in by_key and by_key[key].state is not DetectionState.CLEAR}
    kept = {key: _refreshed(finding, by_key[key]) for key, finding in before.items() if key in lasting}
    resolved = {key: finding for key, finding in before.items() if key not in lasting}
    firing = [each for each in detections if each.state is DetectionState.FIRING and each.key not in before]
    opened = {
        each.key: FindingState(each.kind, each.scope, each.since, now, now, each.evidence_json or {})
        for each in _with_room(firing, kept.values())
    }
    return kept | opened, [
        *(FindingOpened(now, finding) for finding in opened.values()),
        *(FindingResolved(now, finding, by_key.get(key)) for key, finding in resolved.items()),
    ]


def _with_room(firing: Iterable[Detection], kept: Iterable[FindingState]) -> Iterator[Detection]:
    open_of_kind = Counter(each.kind for each in kept)
    for each in firing:
        open_of_kind[each.kind] += 1
        if open_of_kind[each.kind] <= MOST_FINDINGS:
            yield each


def _left_out(findings: Mapping[str, FindingState], detections: Iterable[Detection]) -> dict[str, int]:
    """Return how many fire without being open, by kind."""
    firing = (each for each in detections if each.state is DetectionState.FIRING)
    return dict(Counter(str(each.kind) for each in firing if each.key not in findings))


def _refreshed(finding: FindingState, detection: Detection) -> FindingState:
    """Return an open finding with the newest evidence; its `since` is that of its opening."""
    evidence = detection.evidence_json
    return finding if evidence is None else replace(finding, evidence=evidence)


def _ongoing(
    state: EntityState, evaluations: Mapping[Measure, Evaluation], grown: Collection[str]
) -> Ongoing:
    """Return what lasts, without what changed in this very assessment, and without what is muted."""
    measures = {
        measure: (each, evaluations[measure])
        for measure, each in state.measures.items()
        if each.standing is not Standing.HEALTHY
        and each.notified_at != state.assessed_at
        and measure not in state.mutes
    }
    findings = {
        key: finding
        for key, finding in state.findings.items()
        if finding.notified_at != state.assessed_at and key not in state.mutes
    }
    return Ongoing(state.assessed_at, state.standing, measures, findings, state.mutes, grown)


def _is_due(ongoing: Ongoing) -> bool:
    notified = [each.notified_at for each, _ in ongoing.measures.values()]
    notified += [finding.notified_at for finding in ongoing.findings.values()]
    return bool(ongoing.grown) or any(at is None or ongoing.at - at >= REPEAT_INTERVAL for at in notified)


def _with_notified(state: EntityState, ongoing: Ongoing) -> EntityState:
    measures = {
        measure: replace(each, notified_at=ongoing.at) for measure, (each, _) in ongoing.measures.items()
    }
    findings = {key: replace(finding, notified_at=ongoing.at) for key, finding in ongoing.findings.items()}
    return replace(state, measures={**state.measures, **measures}, findings={**state.findings, **findings})
