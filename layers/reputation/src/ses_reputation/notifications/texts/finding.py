"""A finding in words, and the alerts about it: when it opens, and when it is over."""

from datetime import datetime

from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command_about,
    entries_command,
    make_alert,
    rows,
    statement_command,
    what_to_do,
)
from ses_reputation.notifications.texts.render import TextParts, render
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.changes import FindingOpened, FindingResolved
from ses_reputation.standing.state import FindingState

_COMMANDS = {
    FindingKind.BOUNCE_SPIKE: "standing explain",
    FindingKind.COMPLAINT_SPIKE: "standing explain",
    FindingKind.PROVIDER_DEFERRAL: "providers",
    FindingKind.MAIL_STOPPED: "standing explain",
}


def word_finding(
    entity: ReputationEntity, finding: FindingState, at: datetime, stack_name: str = "", region: str = ""
) -> TextParts:
    """Return an open finding in words, from its evidence: headline, figures and advice.

    at: aware UTC; a moment of the same day is written without its date. stack_name: which commands in the
    advice name; "" where whoever reads it has named one already. region: the one that all of the entity's
    mail is sent from; "" where its reader has to name one.
    """
    return render(
        finding.kind,
        entity=entity,
        evidence=finding.evidence,
        at=at,
        is_over=False,
        entries=entries_command(stack_name),
        region=region,
    )


def word_detection(entity: ReputationEntity, detection: Detection, at: datetime) -> TextParts:
    """Return in words what was detected; empty where there is no evidence, and of CLEAR mostly figures."""
    if detection.evidence is None:
        return TextParts()
    return render(
        detection.kind,
        entity=entity,
        evidence=detection.evidence.to_json(),
        at=at,
        is_over=detection.state is DetectionState.CLEAR,
        entries=entries_command(""),
        region="",
    )


def alert_of_finding(context: NotificationContext, opened: FindingOpened) -> Alert:
    """Return the alert about a finding that opened."""
    finding = opened.finding
    text = word_finding(context.entity, finding, context.at, context.stack_name, context.region)
    parts = render("finding_opened", entity=context.entity, finding=finding, text=text)
    return make_alert(
        parts,
        Section("The figures", rows([*parts.figures, *text.figures])),
        what_to_do(text.advice),
        Section("To see more", [*command_of(context, finding), *statement_command(context)]),
    )


def alert_of_resolution(context: NotificationContext, resolution: FindingResolved) -> Alert:
    """Return the alert about a finding that is over."""
    entity, finding, at = context.entity, resolution.finding, context.at
    text = word_finding(entity, finding, at)
    now = word_detection(entity, resolution.detection, at) if resolution.detection else TextParts()
    parts = render("finding_resolved", entity=entity, finding=finding, text=text, now=now, at=at)
    return make_alert(
        parts,
        Section("When", rows(parts.figures)),
        Section("The figures now", rows(now.figures)),
        Section("To see more", command_of(context, finding)),
    )


def command_of(context: NotificationContext, finding: FindingState) -> list[str]:
    """Return the command that shows more of a finding."""
    return command_about(context, command_name(finding.kind))


def command_name(kind: FindingKind) -> str:
    """Return which command of ours shows more of findings of a kind."""
    return _COMMANDS.get(kind, "feeds")
