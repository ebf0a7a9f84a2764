"""A transition as an event on the bus: its type and its detail, for programs.

The detail is plain JSON of version 1, described in docs/alerts.md and docs/schemas/. Within a version fields
are only added.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from ses_reputation.findings.finding import FindingKind
from ses_reputation.hours import format_second
from ses_reputation.notifications.context import NotificationContext, SesRate
from ses_reputation.notifications.texts.finding import word_finding
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.changes import (
    AccountDecided,
    DecisionChange,
    FindingResolved,
    StandingChange,
    StandingEnded,
)
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.evaluation_json import rate_to_json
from ses_reputation.standing.state import (
    FindingState,
    ProtectionStep,
    Transition,
    TransitionKind,
    transition_id,
)
from ses_reputation.statistics.decisions import tenants_to_json
from ses_reputation.visible_text import visible

DETAIL_VERSION = "1"
SOURCE = "ses-reputation"
MOST_TENANTS = 100
"""Tenants of a kind that an event names: EventBridge takes 256 KB (user guide, "Event size")."""
# Rates have six decimal places: one complaint in a million mails shows.
_PLACES = 6
_FINDING_TYPES: Mapping[TransitionKind, str] = {
    TransitionKind.FINDING_OPENED: "Finding Opened",
    TransitionKind.FINDING_RESOLVED: "Finding Resolved",
}


def detail_type(transition: Transition) -> str:
    """Return the detail-type of a transition's event. Raises KeyError for a REMINDER, which has none."""
    if transition.kind is TransitionKind.STANDING_CHANGED:
        return "Reputation Standing Changed"
    if transition.kind is TransitionKind.PROTECTION:
        return "Configuration Set Protection"
    if transition.kind is TransitionKind.SES_DECISION:
        return "SES Decision Changed"
    kind = FindingKind(transition.name.partition("#")[0])
    return f"{'Feed' if kind.is_of_feeds else 'Reputation'} {_FINDING_TYPES[transition.kind]}"


def attributes_of(transition: Transition) -> dict[str, str]:
    """Return what subscriptions to the alert topic can filter by: `kind`, `entity`, `account` with `region`
    or `identity`, and `standing`, the worst of the entity, where it has one.

    Names are as people read them: what holds a control SNS might refuse, each time anew.
    """
    entity = transition.entity
    names = {name: visible(value) for name, value in entity.names.items()}
    attributes = {"kind": str(transition.kind), "entity": str(entity.kind), **names}
    # A reminder has no detail; its name is the standing that lasts.
    is_reminder = transition.kind is TransitionKind.REMINDER
    standing = transition.name if is_reminder else transition.detail.get("standing")
    return {**attributes, "standing": standing} if standing in set(Standing) else attributes


def frame_detail(
    context: NotificationContext, kind: TransitionKind, name: str, subject: str
) -> dict[str, Any]:
    """Return what every detail begins with.

    `id` is unique within the stack: an event that comes twice has the same. `problem` is the same in all
    events about one thing that is wrong, from its beginning to its end: whoever keeps incidents joins them by
    it. subject: of the alert.
    """
    transition = transition_id(context.at, kind, name)
    about = "finding" if kind in _FINDING_TYPES else str(kind)
    problem = "#".join((context.stack_name, context.entity.key, about, name))
    return {
        "version": DETAIL_VERSION,
        "id": f"{context.entity.key}#{transition}",
        "at": format_second(context.at),
        "stack": context.stack_name,
        "entity": context.entity.to_json(),
        "standing": context.standing,
        "problem": blake2b(problem.encode(), digest_size=16).hexdigest(),
        "subject": subject,
    }


def standing_detail(context: NotificationContext, change: StandingChange | StandingEnded) -> dict[str, Any]:
    """Return what a detail says of a standing that changed, or ended."""
    evaluation = change.evaluation
    detail = {
        "measure": str(change.measure),
        "from": change.before.standing if change.before else None,
        "from_since": format_second(change.before.since) if change.before else None,
        "to": str(change.after.standing) if isinstance(change, StandingChange) else None,
        "rate": evaluation.rate.to_json() if evaluation.rate else None,
        "basis": evaluation.basis.to_json(),
        "window": _window(evaluation),
        "headroom": [
            {**each.to_json(), "threshold": round(float(each.threshold), _PLACES)}
            for each in evaluation.headroom
        ],
        "causes": [each.to_json() for each in evaluation.causes],
        "ses_rate": _ses_rate(context.ses_rates.get(change.measure)),
    }
    if evaluation.official:
        detail["official"] = {**evaluation.official.to_json(), "at": format_second(evaluation.official.at)}
    all_mail = rate_to_json(evaluation.all_mail_rate)
    return {**detail, "all_mail": all_mail} if all_mail else detail


def finding_detail(context: NotificationContext, finding: FindingState) -> dict[str, Any]:
    """Return what a detail says of a finding that opened."""
    return {
        "kind": str(finding.kind),
        "scope": finding.scope,
        "since": finding.since,
        "opened_at": format_second(finding.opened_at),
        "headline": word_finding(context.entity, finding, context.at).headline,
        "evidence": dict(finding.evidence),
    }


def resolution_detail(context: NotificationContext, resolution: FindingResolved) -> dict[str, Any]:
    """Return what a detail says of a finding that ended; its evidence is the last that it was open by."""
    last = resolution.detection
    last_seen = (last.evidence_json or {}) if last else None
    return {**finding_detail(context, resolution.finding), "last_seen": last_seen}


def protection_detail(action: ProtectionAction) -> dict[str, Any]:
    """Return what a detail says of a step that protection took."""
    return {
        "configuration_set": action.configuration_set,
        "step": str(action.step),
        "cause": visible(action.cause),
        "evidence": dict(action.evidence),
    }


def decision_detail(change: DecisionChange) -> dict[str, Any]:
    """Return what a detail says of what SES has decided about an account, or about its tenants."""
    if isinstance(change, AccountDecided):
        return {
            "change": str(change.decision),
            "before": change.before.to_json() if change.before else None,
            "before_since": format_second(change.since) if change.since else None,
            "after": change.after.to_json(),
            "read_at": format_second(change.after.read_at),
        }
    named = {"stopped": change.stopped, "severe": change.severe, "eased": change.eased, "over": change.over}
    return {
        "change": "tenants",
        "numbers": {name: len(tenants) for name, tenants in named.items()},
        **{name: tenants_to_json(tenants)[:MOST_TENANTS] for name, tenants in named.items()},
    }


def standing_of_action(action: ProtectionAction) -> Standing | None:
    """Return the standing that a step answers: all but a person's resuming answer PAUSE."""
    return None if action.step is ProtectionStep.RESUMED else Standing.PAUSE


def _window(evaluation: Evaluation) -> dict[str, Any]:
    window = evaluation.window
    return {
        "asked": window.asked,
        "first_hour": window.first_hour,
        "last_hour": window.last_hour,
        "hours": window.hours,
        "is_full": window.is_full,
        "sends": evaluation.sends,
        "events": evaluation.events,
    }


def _ses_rate(ses_rate: SesRate | None) -> dict[str, Any] | None:
    if ses_rate is None:
        return None
    return {"value": ses_rate.rate, "at": format_second(ses_rate.at) if ses_rate.at else None}
