"""The alert about a changed standing."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command,
    command_about,
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
from ses_reputation.shell_words import shell_command, shell_option
from ses_reputation.standing.changes import StandingChange, StandingEnded
from ses_reputation.visible_text import shorten_addresses

_OUTCOMES = (Dimension.BOUNCE, Dimension.COMPLAINT)


def alert_of_standing(context: NotificationContext, change: StandingChange) -> Alert:
    """Return the alert about an entity whose standing changed by one measure."""
    parts = render(
        "standing",
        change=change,
        ses_rate=context.ses_rates.get(change.measure),
        **_whence(context.entity, change.evaluation.causes),
    )
    return make_alert(
        parts,
        Section("The figures", rows(parts.figures)),
        Section("Where it comes from", rows(parts.causes)),
        what_to_do(parts.advice),
        Section("To see more", [*command_about(context, "standing explain"), *statement_command(context)]),
        *(_to_stop_it(context, change) if change.after.standing is Standing.PAUSE else ()),
    )


def advise(
    entity: ReputationEntity, measure: Measure, standing: Standing, causes: Sequence[Cause]
) -> tuple[Advice, ...]:
    """Return what to do about where an entity stands, most urgent first, as the alert about it said."""
    where = _whence(entity, causes)
    return render("standing_now", measure=measure, standing=standing, is_worse=True, **where).advice


def _whence(entity: ReputationEntity, causes: Sequence[Cause]) -> dict[str, Any]:
    """Return what the template of advice needs to know of the mail."""
    delegate = delegate_of(causes, entity)
    return {
        "entity": entity,
        "delegate": delegate,
        "cause_set": _first_of(causes, [Dimension.CONFIGURATION_SET]).removeprefix(f"{delegate}/"),
        "main_outcome": _first_of(causes, _OUTCOMES),
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


def _to_stop_it(context: NotificationContext, change: StandingChange) -> Iterator[Section]:
    entity, causes = context.entity, change.evaluation.causes
    delegate = delegate_of(causes, entity)
    name = _first_of(causes, [Dimension.CONFIGURATION_SET])
    if delegate:
        in_full = " (write the address in full)" if "@" in entity.name else ""
        title = f"To draft the policy that no longer lets {delegate} send{in_full}"
        yield Section(title, _revoking(delegate, entity))
    elif name and entity.kind is EntityKind.ACCOUNT:
        yield Section(f"To pause {name} at once, as account {entity.name}", _pausing(name, entity))


def _revoking(delegate: str, entity: ReputationEntity) -> list[str]:
    options = [shell_option("--delegate", delegate)]
    return command(*shell_command("ses-reputation authorize revoke", options, shorten_addresses(entity.name)))


def _pausing(configuration_set: str, entity: ReputationEntity) -> list[str]:
    return command(
        "aws sesv2 put-configuration-set-sending-options",
        shell_option("--configuration-set-name", configuration_set),
        "--no-sending-enabled",
        shell_option("--region", entity.region),
    )
