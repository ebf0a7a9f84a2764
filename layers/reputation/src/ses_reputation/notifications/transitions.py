"""Changes and protection's actions as transitions: with the event for programs and the alert for people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.events import (
    decision_detail,
    finding_detail,
    frame_detail,
    protection_detail,
    resolution_detail,
    standing_detail,
    standing_of_action,
)
from ses_reputation.notifications.severity import urgency_of
from ses_reputation.notifications.texts.finding import alert_of_finding, alert_of_resolution
from ses_reputation.notifications.texts.layout import Alert
from ses_reputation.notifications.texts.protection import alert_of_protection
from ses_reputation.notifications.texts.reminder import alert_of_ongoing
from ses_reputation.notifications.texts.ses_decision import alert_of_decision
from ses_reputation.notifications.texts.standing import alert_of_ended_standing, alert_of_standing
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.changes import (
    DecisionChange,
    EntityChange,
    FindingOpened,
    FindingResolved,
    StandingChange,
    StandingEnded,
)
from ses_reputation.standing.state import Mute, Transition, TransitionKind
from ses_reputation.visible_text import visible
from ses_reputation.wording import moment


def transition_of_change(context: NotificationContext, change: EntityChange) -> Transition:
    """Return the transition that publishes a change; it has the id of the change."""
    match change:
        case StandingChange():
            alert, detail = alert_of_standing(context, change), standing_detail(context, change)
        case StandingEnded():
            alert, detail = alert_of_ended_standing(context, change), standing_detail(context, change)
        case FindingOpened():
            alert, detail = alert_of_finding(context, change), finding_detail(context, change.finding)
        case FindingResolved():
            alert, detail = alert_of_resolution(context, change), resolution_detail(context, change)
        case _:
            # What lasts is no news to programs: an alert without an event.
            return Transition(
                context.entity, change.at, change.kind, change.name, {}, *alert_of_ongoing(context, change)
            )
    return _transition(context, change.kind, change.name, detail, alert)


def transition_of_decision(context: NotificationContext, change: DecisionChange) -> Transition:
    """Return the transition that publishes what SES has decided about an account."""
    return _transition(
        context, change.kind, change.name, decision_detail(change), alert_of_decision(context, change)
    )


def transition_of_action(context: NotificationContext, action: ProtectionAction) -> Transition:
    """Return the transition that publishes a step which protection took about a configuration set.

    The standing that is published is the one that it was taken at.
    """
    context = replace(context, standing=standing_of_action(action))
    return _transition(
        context,
        TransitionKind.PROTECTION,
        action.configuration_set,
        protection_detail(action),
        alert_of_protection(context, action),
    )


def transition_of_mute(entity: ReputationEntity, key: str, mute: Mute) -> Transition:
    """Return the transition that records who muted a finding or a standing; nothing is published of it."""
    subject = f"Muted until {moment(mute.until)} by {mute.who}: {key} ({mute.why})"
    return Transition(entity, mute.at, TransitionKind.MUTED, key, {}, visible(subject))


def transition_of_unmute(entity: ReputationEntity, key: str, who: str, at: datetime) -> Transition:
    """Return the transition that records who ended a mute; nothing is published of it."""
    return Transition(entity, at, TransitionKind.UNMUTED, key, {}, visible(f"Unmuted by {who}: {key}"))


def _transition(
    context: NotificationContext, kind: TransitionKind, name: str, detail: Mapping[str, Any], alert: Alert
) -> Transition:
    frame = frame_detail(context, kind, name, alert.subject)
    whole = {**frame, **urgency_of(kind, detail).to_json(), **detail}
    return Transition(context.entity, context.at, kind, name, whole, *alert)
