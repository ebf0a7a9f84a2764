"""The alerts about what SES itself has decided about an account, or about its tenants."""

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
from ses_reputation.standing.changes import AccountDecided, DecisionChange, TenantsDecided

MOST_TENANTS_NAMED = 20


def alert_of_decision(context: NotificationContext, change: DecisionChange) -> Alert:
    """Return the alert about a decision of SES."""
    if isinstance(change, AccountDecided):
        return _alert(context, "ses_decision", change)
    return _alert(context, "ses_tenants", change, most=MOST_TENANTS_NAMED)


def _alert(
    context: NotificationContext, template: str, change: AccountDecided | TenantsDecided, **more: int
) -> Alert:
    parts = render(template, entity=context.entity, change=change, **more)
    return make_alert(
        parts,
        Section("What SES says", rows(parts.figures)),
        what_to_do(parts.advice),
        Section("To see more", [*command_about(context, "standing explain"), *statement_command(context)]),
    )
