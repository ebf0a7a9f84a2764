"""The alert about a changed standing."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.advice import Advice
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
from ses_reputation.notifications.texts.render import render
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.rollup.rate_counts import Dimension
from ses_reputation.shell_words import our_command, shell_option
from ses_reputation.standing.changes import StandingChange, StandingEnded
from ses_reputation.wording import sender_and_name

_OUTCOMES = (Dimension.BOUNCE, Dimension.COMPLAINT)


def alert_of_standing(context: NotificationContext, change: StandingChange) -> Alert:
    """Return the alert about an entity whose standing changed by one measure."""
    parts = render(
        "standing",
        change=change,
        ses_rate=context.ses_rates.get(change.measure),
        **_whence(context.entity, change.evaluation.causes, context.stack_name, context.region),
    )
    return make_alert(
        parts,
        Section("The figures", rows(parts.figures)),
        Section("Where it comes from", rows(parts.causes)),
        what_to_do(parts.advice),
        Section("To see more", [*command_about(context, "standing explain"), *statement_command(context)]),
    )


class AdvisedMail(NamedTuple):
    """Of which mail an entity's standing is.

    region: the one that all of it is sent from; "" where that is several, or not known. is_own: of an
    identity, whether only the mail of who is advised is rated.
    """

    region: str = ""
    is_own: bool = False


ANY_MAIL = AdvisedMail()


def advise(
    entity: ReputationEntity,
    measure: Measure,
    standing: Standing,
    causes: Sequence[Cause],
    stack_name: str,
    mail: AdvisedMail = ANY_MAIL,
) -> tuple[Advice, ...]:
    """Return what to do about where an entity stands, most urgent first, as the alert about it said."""
    where = {**_whence(entity, causes, stack_name, mail.region), "is_own": mail.is_own}
    return render("standing_now", measure=measure, standing=standing, is_worse=True, **where).advice


def _whence(
    entity: ReputationEntity, causes: Sequence[Cause], stack_name: str, region: str
) -> dict[str, Any]:
    """Return what the template of advice needs to know of the mail.

    holder: the account of the configuration set that most events come from, else the sender of most; "" where
    that is not known. Commands are quoted; each is "" where it is not known what it is about. An identity's
    reader names one of several Regions.
    """
    delegate = delegate_of(causes, entity)
    holder, cause_set = sender_and_name(_first_of(causes, [Dimension.CONFIGURATION_SET]))
    holder = holder or (entity.name if entity.kind is EntityKind.ACCOUNT else delegate)
    region_option = shell_option("--region", entity.region or region or "REGION")
    named = cause_set if holder in {delegate, entity.name} else f"{holder}/{cause_set}"
    stack, of_holder = {"stack": stack_name}, {"account": holder, "region": entity.region}
    return {
        "entity": entity,
        "is_own": False,
        "delegate": delegate,
        "holder": holder,
        "cause_set": named if cause_set else "",
        "main_outcome": _first_of(causes, _OUTCOMES),
        "pausing": _pausing(cause_set, region_option) if holder and cause_set else "",
        "revoking": our_command("authorize revoke", {"delegate": delegate}, entity.name) if delegate else "",
        "entries": entries_command(stack_name),
        "seeing": our_command("balances", {"account": holder, **entity.names, **stack}),
        "listing": our_command("suppression list", {**of_holder, **stack}) if holder else "",
        "suppressing": _suppressing(region_option),
    }


def alert_of_ended_standing(context: NotificationContext, ended: StandingEnded) -> Alert:
    """Return the alert about an entity that has no standing any more, since it has no mail any more."""
    parts = render("standing_ended", entity=context.entity, ended=ended)
    return make_alert(parts, Section("To see more", command_about(context, "standing explain")))


def delegate_of(causes: Iterable[Cause], entity: ReputationEntity) -> str:
    """Return the sending account that most of an identity's events come from, else nothing."""
    return _first_of(causes, [Dimension.SENDING_ACCOUNT]) if entity.kind is EntityKind.IDENTITY else ""


def _first_of(causes: Iterable[Cause], kinds: Collection[Dimension]) -> str:
    """Return the name of the first cause of some kinds: that with most events in excess."""
    return next((cause.mail_slice.name for cause in causes if cause.mail_slice.kind in kinds), "")


def _pausing(configuration_set: str, region_option: str) -> str:
    """Return the command that pauses a set: SES API v2, PutConfigurationSetSendingOptions."""
    if configuration_set == NO_CONFIGURATION_SET:
        return ""
    name = shell_option("--configuration-set-name", configuration_set)
    words = [name, "--no-sending-enabled", region_option]
    return " ".join(["aws sesv2 put-configuration-set-sending-options", *words])


def _suppressing(region_option: str) -> str:
    """Return the command that sets for which reasons SES holds mail back: PutAccountSuppressionAttributes."""
    reasons = "--suppressed-reasons BOUNCE COMPLAINT"
    return f"aws sesv2 put-account-suppression-attributes {reasons} {region_option}"
