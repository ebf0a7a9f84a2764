"""The alerts about what SES itself has decided about an account, or about its tenants."""

from datetime import datetime

from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.advice import Advice
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
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.changes import AccountDecided, DecisionChange, TenantsDecided
from ses_reputation.statistics.decisions import SesDecision

MOST_TENANTS_NAMED = 20


def alert_of_decision(context: NotificationContext, change: DecisionChange) -> Alert:
    """Return the alert about a decision of SES."""
    if isinstance(change, AccountDecided):
        return _alert(context, "ses_decision", change)
    return _alert(context, "ses_tenants", change, most=MOST_TENANTS_NAMED)


def advise_decided(
    entity: ReputationEntity, decision: SesDecision, at: datetime, stack_name: str
) -> tuple[Advice, ...]:
    """Return what to do about a decision of SES, as the alert about it said; at: aware UTC."""
    change = AccountDecided(at, None, None, decision)
    return render("ses_decision", entity=entity, change=change, stack_name=stack_name).advice


def _alert(
    context: NotificationContext, template: str, change: AccountDecided | TenantsDecided, **more: int
) -> Alert:
    parts = render(template, entity=context.entity, change=change, stack_name=context.stack_name, **more)
    return make_alert(
        parts,
        Section("What SES says", rows(parts.figures)),
        what_to_do(parts.advice),
        Section("To see more", [*command_about(context, "standing explain"), *statement_command(context)]),
    )
