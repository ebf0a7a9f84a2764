"""What changed: standings, findings, decisions of SES and protection, newest first."""

from collections.abc import Mapping

from ses_reputation.findings.finding import FindingKind
from ses_reputation.hours import day_of
from ses_reputation.rates.thresholds import Measure, Standing, severity_of
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import Transition, TransitionKind
from ses_reputation.standing.store import latest_of_kinds
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.naming import entity_title, shown
from ses_reputation.statement.view.statement import TimelineEvent
from ses_reputation.wording import count

MOST_EVENTS = 100
MOST_OF_AN_ENTITY = 30
# Reminders and mutes are no changes of the mail.
_SHOWN = frozenset(TransitionKind) - {TransitionKind.REMINDER, TransitionKind.MUTED, TransitionKind.UNMUTED}
_SPIKES: Mapping[Measure, str] = {
    Measure.BOUNCES: FindingKind.BOUNCE_SPIKE,
    Measure.COMPLAINTS: FindingKind.COMPLAINT_SPIKE,
}
_WORSE: Mapping[TransitionKind, bool | None] = {
    TransitionKind.FINDING_OPENED: True,
    TransitionKind.FINDING_RESOLVED: False,
}


def view_timeline(ids: Mapping[ReputationEntity, str], inputs: StatementInputs) -> tuple[TimelineEvent, ...]:
    """Return the latest changes of some entities, given with their ids. Raises UnavailableError."""
    found = [
        each
        for entity in ids
        for each in latest_of_kinds(inputs.transitions, entity, _SHOWN, MOST_OF_AN_ENTITY)
    ]
    newest = sorted(found, key=lambda each: (each.at, each.entity, each.id), reverse=True)[:MOST_EVENTS]
    return tuple(_event(each, ids[each.entity]) for each in newest)


def _event(transition: Transition, entity_id: str) -> TimelineEvent:
    standing, before = _standing(transition, "to"), _standing(transition, "from")
    is_worse = _WORSE.get(transition.kind)
    if transition.kind is TransitionKind.STANDING_CHANGED and standing:
        is_worse = standing.severity > severity_of(before)
    return TimelineEvent(
        at=transition.at,
        kind=str(transition.kind),
        entity_id=entity_id,
        entity_title=entity_title(transition.entity),
        title=shown(_title(transition)),
        standing=standing,
        is_worse=is_worse,
        measure=_measure_of(transition),
    )


def _title(transition: Transition) -> str:
    """Return what changed; of a standing also what its rate is made of."""
    rate, window = transition.detail.get("rate"), transition.detail.get("window")
    if transition.kind is TransitionKind.STANDING_CHANGED and rate and window:
        made_of = f"{count(rate['numerator'])} / {count(rate['denominator'], 'send')}"
        return f"{transition.title}; {made_of} since {day_of(window['first_hour'])}"
    return transition.title


def _measure_of(transition: Transition) -> Measure | None:
    """Return what a change is about: a standing is named by its measure, a finding by its kind first."""
    return next(
        (each for each in Measure if transition.name == each or transition.name.startswith(_SPIKES[each])),
        None,
    )


def _standing(transition: Transition, name: str) -> Standing | None:
    found = transition.detail.get(name)
    return Standing(found) if found in set(Standing) else None
