"""A transition as an event on the bus: its type and its detail, for programs.

The detail is plain JSON of version 1, described in docs/alerts.md and docs/schemas/. Within a version fields
are only added.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ses_reputation.findings.finding import FindingKind
from ses_reputation.notifications.context import Occasion, Resolution, SesRate, StandingChange
from ses_reputation.protection.actions import ProtectionAct
from ses_reputation.rates.rates import Headroom
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import Book, BookKind
from ses_reputation.standing.evaluation import Judgement
from ses_reputation.standing.state import FindingState, ProtectionStep, Transition, TransitionKind

DETAIL_VERSION = "1"
SOURCE = "ses-reputation"
# Rates are told to a millionth: one complaint among a million.
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
    kind = FindingKind(transition.name.partition("#")[0])
    return f"{'Feed' if kind.is_of_feeds else 'Reputation'} {_FINDING_TYPES[transition.kind]}"


def attributes_of(transition: Transition) -> dict[str, str]:
    """Return what subscriptions to the alert topic can filter by: `kind`, `book`, `account` with `region` or
    `identity`, and `standing`, the worst of the book, where it has one."""
    book = transition.book
    attributes = {"kind": str(transition.kind), "book": str(book.kind), str(book.kind): book.name}
    if book.kind is BookKind.ACCOUNT:
        attributes["region"] = book.region
    # A reminder has no detail; it is named by the standing that lasts.
    is_reminder = transition.kind is TransitionKind.REMINDER
    standing = transition.name if is_reminder else transition.detail.get("standing")
    return {**attributes, "standing": standing} if standing in set(Standing) else attributes


def frame_detail(occasion: Occasion, transition: Transition) -> dict[str, Any]:
    """Return what every detail begins with.

    `id` is unique within the stack: an event that comes twice has the same.
    """
    return {
        "version": DETAIL_VERSION,
        "id": f"{occasion.book.key}#{transition.id}",
        "at": _instant(occasion.at),
        "stack": occasion.stack_name,
        "book": _book(occasion.book),
        "standing": _optional_name(occasion.standing),
    }


def standing_detail(change: StandingChange) -> dict[str, Any]:
    """Return what a detail says of a changed standing."""
    judgement = change.judgement
    detail = {
        "measure": str(change.measure),
        "from": _optional_name(change.before.standing) if change.before else None,
        "from_since": _instant(change.before.since) if change.before else None,
        "to": str(change.after.standing),
        "rate": judgement.rate.as_json() if judgement.rate else None,
        "window": _window(judgement),
        "headroom": [_headroom(each) for each in judgement.headroom],
        "causes": [each.as_json() for each in judgement.causes],
        "ses_rate": _ses_rate(change.ses_rate),
    }
    if judgement.beside:
        standing = _optional_name(judgement.beside_standing)
        detail["feedback_loops"] = {"rate": judgement.beside.as_json(), "standing": standing}
    return detail


def finding_detail(finding: FindingState) -> dict[str, Any]:
    """Return what a detail says of a finding that opened."""
    return {
        "kind": str(finding.kind),
        "about": finding.about,
        "since": finding.since,
        "opened_at": _instant(finding.opened_at),
        "headline": finding.headline,
        "evidence": dict(finding.evidence),
    }


def resolution_detail(resolution: Resolution) -> dict[str, Any]:
    """Return what a detail says of a finding that ended; its evidence is the last that it was open by."""
    last = resolution.sighting
    return {**finding_detail(resolution.finding), "last_seen": dict(last.evidence) if last else None}


def protection_detail(act: ProtectionAct) -> dict[str, Any]:
    """Return what a detail says of a step that protection took."""
    return {
        "configuration_set": act.configuration_set,
        "step": str(act.step),
        "cause": act.cause,
        "evidence": dict(act.evidence),
    }


def standing_of_act(act: ProtectionAct) -> Standing | None:
    """Return the standing that a step answers: all but a person's resuming answer PAUSE."""
    return None if act.step is ProtectionStep.RESUMED else Standing.PAUSE


def _book(book: Book) -> dict[str, str]:
    if book.kind is BookKind.ACCOUNT:
        return {"kind": str(book.kind), "account": book.name, "region": book.region}
    return {"kind": str(book.kind), "identity": book.name}


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _optional_name(standing: Standing | None) -> str | None:
    return str(standing) if standing else None


def _window(judgement: Judgement) -> dict[str, Any]:
    window = judgement.window
    return {
        "asked": window.asked,
        "first_hour": window.first_hour,
        "last_hour": window.last_hour,
        "hours": window.hours,
        "is_full": window.is_full,
        "sends": judgement.sends,
        "events": judgement.events,
    }


def _headroom(headroom: Headroom) -> dict[str, Any]:
    return {
        "standing": str(headroom.standing),
        "threshold": round(float(headroom.threshold), _PLACES),
        "more_events": headroom.more_events,
        "clean_sends": headroom.clean_sends,
    }


def _ses_rate(ses_rate: SesRate | None) -> dict[str, Any] | None:
    if ses_rate is None:
        return None
    return {"value": ses_rate.rate, "at": _instant(ses_rate.at) if ses_rate.at else None}
