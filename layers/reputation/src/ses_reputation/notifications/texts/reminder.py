"""The alert that says, once a day, what lasts in an entity."""

from datetime import timedelta

from ses_reputation.hours import day_of
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.finding import command_of, word_finding
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command_about,
    make_alert,
    rows,
    statement_command,
)
from ses_reputation.notifications.texts.render import render
from ses_reputation.rates.thresholds import Measure
from ses_reputation.shell_words import shell_option
from ses_reputation.standing.changes import Ongoing
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import FindingState, MeasureState

_MUTED_FOR = timedelta(days=7)
_MOST_MUTES = 3
"""Commands that mute one thing each; of what else lasts, a list names the keys."""


def alert_of_ongoing(context: NotificationContext, ongoing: Ongoing) -> Alert:
    """Return the alert about everything in an entity that lasts without a change."""
    parts = render("reminder", entity=context.entity, ongoing=ongoing)
    return make_alert(
        parts,
        *(
            _standing_section(context, measure, state, evaluation)
            for measure, (state, evaluation) in ongoing.measures.items()
        ),
        *(_finding_section(context, finding, ongoing) for finding in ongoing.findings.values()),
        _muted_section(ongoing),
        Section("To see more", _commands(context, ongoing)),
        Section("To silence a reminder of what you know", _mute_commands(context, ongoing)),
    )


def _standing_section(
    context: NotificationContext, measure: Measure, state: MeasureState, evaluation: Evaluation
) -> Section:
    parts = render("reminder_of_standing", measure=measure, state=state, evaluation=evaluation, at=context.at)
    return Section(parts.headline, rows(parts.figures))


def _finding_section(context: NotificationContext, finding: FindingState, ongoing: Ongoing) -> Section:
    text, has_grown = word_finding(context.entity, finding, context.at), finding.key in ongoing.grown
    parts = render("reminder_of_finding", finding=finding, text=text, at=context.at, has_grown=has_grown)
    return Section(parts.headline, rows([*parts.figures, *text.figures]))


def _muted_section(ongoing: Ongoing) -> Section:
    parts = render("reminder_muted", muted=ongoing.muted)
    return Section(parts.headline, rows(parts.figures))


def _mute_commands(context: NotificationContext, ongoing: Ongoing) -> list[str]:
    keys = [*(str(measure) for measure in ongoing.measures), *ongoing.findings]
    until = day_of(context.at + _MUTED_FOR)
    options = (shell_option("--until", until), shell_option("--why", "REASON"))
    lines = [
        line
        for key in keys[:_MOST_MUTES]
        for line in command_about(context, "findings mute", *options, argument=key)
    ]
    return lines + (command_about(context, "findings list") if len(keys) > _MOST_MUTES else [])


def _commands(context: NotificationContext, ongoing: Ongoing) -> list[str]:
    commands = [command_about(context, "standing explain")] if ongoing.measures else []
    commands += [command_of(context, finding) for finding in ongoing.findings.values()]
    distinct = dict.fromkeys(tuple(lines) for lines in commands)
    return [line for lines in distinct for line in lines] + statement_command(context)
