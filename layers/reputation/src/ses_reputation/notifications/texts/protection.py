"""The alert about a configuration set that protection paused, or would have paused."""

from collections.abc import Mapping

from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
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
from ses_reputation.notifications.texts.standing_advice import advise_on_protection
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import ProtectionStep
from ses_reputation.wording import moment

_TITLES: Mapping[ProtectionStep, str] = {
    ProtectionStep.WOULD_PAUSE: "Would pause",
    ProtectionStep.PAUSED: "Paused",
    ProtectionStep.FAILED: "Could not pause",
    ProtectionStep.RESUMED: "Resumed",
}
_OPENINGS: Mapping[ProtectionStep, str] = {
    ProtectionStep.WOULD_PAUSE: "would have been paused now. This is a dry run: it still sends",
    ProtectionStep.PAUSED: "was paused: it sends nothing until a person resumes it",
    ProtectionStep.FAILED: "should have been paused and was not: it still sends",
    ProtectionStep.RESUMED: "was resumed by a person: it sends again",
}


def alert_of_protection(context: NotificationContext, action: ProtectionAction) -> Alert:
    """Return the alert about a step that protection took; it never touches more than the one set."""
    return Alert(
        make_subject(f"{_title(action)}, {context.entity.title}"),
        make_text(
            _opening(context.entity, action),
            [
                Section("Why", rows([("at", moment(context.at)), ("cause", action.cause)])),
                Section("What to do", steps(advise_on_protection(action))),
                *_commands(context, action),
            ],
            "Protection never pauses an account, and never resumes anything by itself.",
        ),
    )


def _title(action: ProtectionAction) -> str:
    is_without = action.configuration_set == NO_CONFIGURATION_SET
    named = "no configuration set can be" if is_without else action.configuration_set
    return f"{_TITLES[action.step]}: {named}"


def _opening(entity: ReputationEntity, action: ProtectionAction) -> str:
    if action.configuration_set == NO_CONFIGURATION_SET:
        return f"Nothing of {entity.title} was paused: no configuration set can be. All of it still sends."
    return f"Configuration set {action.configuration_set} of {entity.title} {_OPENINGS[action.step]}."


def _commands(context: NotificationContext, action: ProtectionAction) -> list[Section]:
    options = (*entity_options(context.entity), f"--stack {context.stack_name}")
    sections = [Section("To see more", command("ses-reputation standing explain", *options))]
    if action.step is ProtectionStep.PAUSED:
        resume = command(f"ses-reputation protection resume {action.configuration_set}", *options)
        sections.append(Section("To resume it", resume))
    return sections
