"""What changed in a book since its last assessment, told once, and again daily while it lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ses_reputation.findings.finding import Sighting, Verdict
from ses_reputation.notifications.context import (
    Lasting,
    Occasion,
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
    standing_of_act,
)
from ses_reputation.notifications.texts.finding import alert_of_finding, alert_of_resolution
from ses_reputation.notifications.texts.layout import Alert
from ses_reputation.notifications.texts.protection import alert_of_protection
from ses_reputation.notifications.texts.reminder import remind
from ses_reputation.notifications.texts.standing import alert_of_standing
from ses_reputation.protection.actions import ProtectionAct
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import Book
from ses_reputation.standing.evaluation import Judgement
from ses_reputation.standing.state import BookState, FindingState, MeasureState, Transition, TransitionKind

REMIND_AFTER = timedelta(hours=24)
UNRATED = "unrated"
"""Names a reminder of a book that has no standing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one assessment saw of a book.

    sightings: one for each kind and `about` at most. shown: plain JSON for BookState.shown; SES's own figures
    are under `ses`: `bounce_rate` and `complaint_rate` as fractions of 1 or null, `rates_at`.
    """

    book: Book
    judgements: Mapping[Measure, Judgement]
    sightings: Sequence[Sighting]
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FindingsStep:
    """What became of a book's findings: all that are open now, those that are new, those that ended."""

    open: Mapping[str, FindingState]
    opened: Mapping[str, FindingState]
    resolved: Mapping[str, Resolution]


def next_state(
    previous: BookState | None, seen: Seen, now: datetime, stack_name: str
) -> tuple[BookState, list[Transition]]:
    """Return a book's next state, and the transitions that led there; pure.

    A first rating of HEALTHY, and the loss of a standing for want of volume, are silent. A finding that is
    not sighted at all is over; one whose sighting is UNSURE stays as it was, open or not. What protection did
    is carried over.
    """
    before = previous or BookState(seen.book, 0, now)
    changes = _changes(before, seen, now)
    step = _step_findings(before.findings, seen.sightings, now)
    state = replace(
        before,
        version=before.version + 1,
        assessed_at=now,
        measures=_next_measures(before, seen, changes, now),
        findings=step.open,
        shown=seen.shown,
    )
    occasion = Occasion(seen.book, now, stack_name, state.standing)
    transitions = [
        *(_tell_standing(occasion, change) for change in changes),
        *(_tell_finding(occasion, name, finding) for name, finding in step.opened.items()),
        *(_tell_resolution(occasion, name, resolution) for name, resolution in step.resolved.items()),
    ]
    lasting = _lasting(state, seen)
    if _is_due(lasting, now):
        transitions.append(_tell_again(occasion, lasting))
        state = _with_told(state, lasting, now)
    return replace(state, untold=before.untold + tuple(each.id for each in transitions)), transitions


def protection_transition(book: Book, act: ProtectionAct, now: datetime, stack_name: str) -> Transition:
    """Return the transition of a step that protection took about one of a book's configuration sets."""
    occasion = Occasion(book, now, stack_name, standing_of_act(act))
    transition = Transition(book, now, TransitionKind.PROTECTION, act.configuration_set, {})
    return _told(occasion, transition, protection_detail(act), alert_of_protection(occasion, act))


def _changes(before: BookState, seen: Seen, now: datetime) -> list[StandingChange]:
    changes = []
    for measure, judgement in seen.judgements.items():
        held = before.measures.get(measure)
        expected = held.standing if held else Standing.HEALTHY
        if judgement.standing not in (None, expected):
            after = MeasureState(judgement.standing, now, now)
            ses_rate = ses_rate_of(seen.shown, measure)
            changes.append(StandingChange(measure, held, after, judgement, ses_rate))
    return changes


def _next_measures(
    before: BookState, seen: Seen, changes: Sequence[StandingChange], now: datetime
) -> dict[Measure, MeasureState]:
    measures = {
        measure: before.measures.get(measure) or MeasureState(judgement.standing, now)
        for measure, judgement in seen.judgements.items()
        if judgement.standing is not None
    }
    return measures | {change.measure: change.after for change in changes}


def _step_findings(
    before: Mapping[str, FindingState], sightings: Sequence[Sighting], now: datetime
) -> FindingsStep:
    by_key = {sighting.key: sighting for sighting in sightings}
    opened = {
        key: _opened(sighting, now)
        for key, sighting in by_key.items()
        if sighting.verdict is Verdict.FOUND and key not in before
    }
    lasting = {key for key in before if key in by_key and by_key[key].verdict is not Verdict.CLEAR}
    resolved = {
        key: Resolution(finding, by_key.get(key)) for key, finding in before.items() if key not in lasting
    }
    kept = {key: _refreshed(finding, by_key[key]) for key, finding in before.items() if key in lasting}
    return FindingsStep(kept | opened, opened, resolved)


def _opened(sighting: Sighting, now: datetime) -> FindingState:
    return FindingState(
        sighting.kind,
        sighting.about,
        sighting.since,
        now,
        now,
        sighting.headline,
        sighting.figures,
        sighting.evidence,
        sighting.advice,
    )


def _refreshed(finding: FindingState, sighting: Sighting) -> FindingState:
    """Return an open finding with what is known of it now, as far as the sighting says anything."""
    if not sighting.headline:
        return finding
    return replace(
        finding,
        headline=sighting.headline,
        figures=sighting.figures,
        evidence=sighting.evidence,
        advice=sighting.advice or finding.advice,
    )


def _lasting(state: BookState, seen: Seen) -> Lasting:
    """Return what goes on without having been told of in this very assessment."""
    measures = {
        measure: (held, seen.judgements[measure])
        for measure, held in state.measures.items()
        if held.standing is not Standing.HEALTHY and held.told_at != state.assessed_at
    }
    findings = {
        key: finding for key, finding in state.findings.items() if finding.told_at != state.assessed_at
    }
    return Lasting(measures, findings)


def _is_due(lasting: Lasting, now: datetime) -> bool:
    told = [held.told_at for held, _ in lasting.measures.values()]
    told += [finding.told_at for finding in lasting.findings.values()]
    return any(at is None or now - at >= REMIND_AFTER for at in told)


def _with_told(state: BookState, lasting: Lasting, now: datetime) -> BookState:
    measures = {measure: replace(held, told_at=now) for measure, (held, _) in lasting.measures.items()}
    findings = {key: replace(finding, told_at=now) for key, finding in lasting.findings.items()}
    return replace(state, measures={**state.measures, **measures}, findings={**state.findings, **findings})


def _tell_standing(occasion: Occasion, change: StandingChange) -> Transition:
    transition = Transition(occasion.book, occasion.at, TransitionKind.STANDING_CHANGED, change.measure, {})
    return _told(occasion, transition, standing_detail(change), alert_of_standing(occasion, change))


def _tell_finding(occasion: Occasion, name: str, finding: FindingState) -> Transition:
    transition = Transition(occasion.book, occasion.at, TransitionKind.FINDING_OPENED, name, {})
    return _told(occasion, transition, finding_detail(finding), alert_of_finding(occasion, finding))


def _tell_resolution(occasion: Occasion, name: str, resolution: Resolution) -> Transition:
    transition = Transition(occasion.book, occasion.at, TransitionKind.FINDING_RESOLVED, name, {})
    detail, alert = resolution_detail(resolution), alert_of_resolution(occasion, resolution)
    return _told(occasion, transition, detail, alert)


def _tell_again(occasion: Occasion, lasting: Lasting) -> Transition:
    alert, name = remind(occasion, lasting), occasion.standing or UNRATED
    return Transition(occasion.book, occasion.at, TransitionKind.REMINDER, name, {}, *alert)


def _told(occasion: Occasion, transition: Transition, detail: Mapping[str, Any], alert: Alert) -> Transition:
    whole = {**frame_detail(occasion, transition), **detail}
    return replace(transition, detail=whole, subject=alert.subject, text=alert.text)
