"""The alerts about a finding: when it is opened, and when it is over."""

from ses_reputation.findings.finding import FindingKind
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command,
    entity_options,
    make_subject,
    make_text,
    rows,
    steps,
)
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.changes import FindingOpened, FindingResolved
from ses_reputation.standing.state import FindingState
from ses_reputation.wording import duration, moment, moment_of

UNTIL_OVER = "A message follows when it is over, and a reminder once a day until then."
_COMMANDS = {
    FindingKind.BOUNCE_SPIKE: "standing explain",
    FindingKind.COMPLAINT_SPIKE: "standing explain",
    FindingKind.PROVIDER_DEFERRAL: "providers",
}


def alert_of_finding(context: NotificationContext, opened: FindingOpened) -> Alert:
    """Return the alert about a finding that opened."""
    finding = opened.finding
    found = [("found", moment(finding.opened_at))]
    begun = [("since", moment_of(finding.since))] if finding.since else []
    return Alert(
        make_subject(_subject("Found", context.entity, finding)),
        make_text(
            f"{_of_entity(context.entity, finding)}{finding.headline}.",
            [
                Section("The figures", rows([*begun, *found, *finding.figures])),
                Section("What to do", steps(finding.advice)),
                Section("To see more", command_of(context, finding)),
            ],
            UNTIL_OVER,
        ),
    )


def alert_of_resolution(context: NotificationContext, resolution: FindingResolved) -> Alert:
    """Return the alert about a finding that is over."""
    finding, last = resolution.finding, resolution.detection
    lasted = duration(context.at - finding.opened_at)
    times = [("found", moment(finding.opened_at)), ("over", f"{moment(context.at)} (after {lasted})")]
    now = f" Now: {last.headline}." if last and last.headline not in ("", finding.headline) else ""
    return Alert(
        make_subject(_subject("Over", context.entity, finding)),
        make_text(
            f"{_of_entity(context.entity, finding)}This is over: {finding.headline}.{now}",
            [
                Section("When", rows(times)),
                Section("The figures now", rows(last.figures if last else ())),
                Section("To see more", command_of(context, finding)),
            ],
            "Nothing has to be done.",
        ),
    )


def _subject(what: str, entity: ReputationEntity, finding: FindingState) -> str:
    """Return a subject that names the entity even if it has to be cut off."""
    if entity.name in finding.headline:
        return f"{what}: {finding.headline}"
    return f"{what}, {entity.title}: {finding.headline}"


def _of_entity(entity: ReputationEntity, finding: FindingState) -> str:
    return "" if entity.name in finding.headline else f"{entity.title[0].upper()}{entity.title[1:]}: "


def command_of(context: NotificationContext, finding: FindingState) -> list[str]:
    """Return the command that shows more of a finding."""
    shown = _COMMANDS.get(finding.kind, "feeds")
    return command(
        f"ses-reputation {shown}", *entity_options(context.entity), f"--stack {context.stack_name}"
    )
