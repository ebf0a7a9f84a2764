"""The alert about a configuration set that protection paused, or would have paused."""

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
from ses_reputation.notifications.texts.render import render
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.standing.state import ProtectionStep


def alert_of_protection(context: NotificationContext, action: ProtectionAction) -> Alert:
    """Return the alert about a step that protection took about one configuration set, or about none."""
    has_set = action.configuration_set != NO_CONFIGURATION_SET
    parts = render("protection", entity=context.entity, action=action, has_set=has_set, at=context.at)
    sections = [
        Section("Why", rows(parts.causes)),
        Section("What to do", steps(parts.advice)),
        *_commands(context, action),
    ]
    return Alert(make_subject(parts.subject), make_text(parts.opening, sections, parts.closing))


def _commands(context: NotificationContext, action: ProtectionAction) -> list[Section]:
    options = (*entity_options(context.entity), f"--stack {context.stack_name}")
    sections = [Section("To see more", command("ses-reputation standing explain", *options))]
    if action.step is ProtectionStep.PAUSED:
        resume = command(f"ses-reputation protection resume {action.configuration_set}", *options)
        sections.append(Section("To resume it", resume))
    return sections
