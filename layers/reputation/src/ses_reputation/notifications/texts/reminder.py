"""The alert that says, once a day, what lasts in an entity."""

from datetime import timedelta

from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.finding import UNTIL_OVER, command_of
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command,
    entity_options,
    make_subject,
    make_text,
    rows,
)
from ses_reputation.notifications.texts.standing import ESTIMATE, headroom_rows, made_of
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.changes import Ongoing
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import FindingState, MeasureState
from ses_reputation.wording import (
    count,
    duration,
    moment,
    moment_of,
    rate_percent,
)


def alert_of_ongoing(context: NotificationContext, ongoing: Ongoing) -> Alert:
    """Return the alert about everything in an entity that goes on without a change."""
    standings = [
        _standing_section(context, measure, state, evaluation)
        for measure, (state, evaluation) in ongoing.measures.items()
    ]
    findings = [
        Section(finding.headline, rows(_finding_rows(context, finding)))
        for finding in ongoing.findings.values()
    ]
    return Alert(
        make_subject(f"Reminder: {_what_lasts(ongoing)}, {context.entity.title}"),
        make_text(
            f"Nothing has changed here since the last message, and this lasts: {context.entity.title}.",
            [*standings, *findings, Section("To see more", _commands(context, ongoing))],
            ESTIMATE if standings else UNTIL_OVER,
        ),
    )


def _what_lasts(ongoing: Ongoing) -> str:
    told = [f"{measure} at {state.standing}" for measure, (state, _) in ongoing.measures.items()]
    if ongoing.findings:
        told.append(f"{count(len(ongoing.findings), 'finding')} open")
    return ", ".join(told)


def _standing_section(
    context: NotificationContext, measure: Measure, state: MeasureState, evaluation: Evaluation
) -> Section:
    told = [("since", _ago(moment(state.since), context.at - state.since))]
    if evaluation.rate:
        rate = rate_percent(measure, evaluation.rate.value)
        told.append(("now", f"{rate} ({made_of(measure, evaluation.rate)})"))
    told += headroom_rows(measure, state.standing, evaluation)
    return Section(f"{measure.title()}: {state.standing.upper()}", rows(told))


def _finding_rows(context: NotificationContext, finding: FindingState) -> list[tuple[str, str]]:
    lasts = context.at - finding.opened_at
    begun = [("since", moment_of(finding.since))] if finding.since else []
    return [*begun, ("found", _ago(moment(finding.opened_at), lasts)), *finding.figures]


def _ago(told: str, lasts: timedelta) -> str:
    return f"{told} ({duration(lasts)} ago)"


def _commands(context: NotificationContext, ongoing: Ongoing) -> list[str]:
    stack = f"--stack {context.stack_name}"
    explain = [command("ses-reputation standing explain", *entity_options(context.entity), stack)]
    told = (explain if ongoing.measures else []) + [
        command_of(context, finding) for finding in ongoing.findings.values()
    ]
    unlike = dict.fromkeys(tuple(lines) for lines in told)
    return [line for lines in unlike for line in lines]
