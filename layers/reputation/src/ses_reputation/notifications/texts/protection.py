"""The alert about a configuration set that protection paused, or would have paused."""

from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command_about,
    make_alert,
    rows,
    statement_command,
    what_to_do,
)
from ses_reputation.notifications.texts.render import render
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.standing.state import ProtectionStep


def alert_of_protection(context: NotificationContext, action: ProtectionAction) -> Alert:
    """Return the alert about a step that protection took about one configuration set, or about none."""
    has_set = action.configuration_set != NO_CONFIGURATION_SET
    parts = render("protection", entity=context.entity, action=action, has_set=has_set, at=context.at)
    resume = command_about(context, "protection resume", argument=action.configuration_set)
    return make_alert(
        parts,
        Section("Why", rows(parts.causes)),
        what_to_do(parts.advice),
        Section("To see more", [*command_about(context, "standing explain"), *statement_command(context)]),
        Section("To resume it", resume if action.step is ProtectionStep.PAUSED else ()),
    )
