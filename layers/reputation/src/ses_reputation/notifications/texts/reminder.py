"""The alert that says, once a day, what lasts in a book."""

from datetime import timedelta

from ses_reputation.notifications.context import Lasting, Occasion
from ses_reputation.notifications.texts.finding import UNTIL_OVER, command_of
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    book_options,
    command,
    make_subject,
    make_text,
    rows,
)
from ses_reputation.notifications.texts.standing import ESTIMATE, headroom_rows, made_of
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.evaluation import Judgement
from ses_reputation.standing.state import FindingState, MeasureState
from ses_reputation.wording import (
    count,
    duration,
    moment,
    moment_of,
    rate_percent,
)


def remind(occasion: Occasion, lasting: Lasting) -> Alert:
    """Return the alert about everything in a book that goes on without a change."""
    standings = [
        _standing_section(occasion, measure, state, judgement)
        for measure, (state, judgement) in lasting.measures.items()
    ]
    findings = [
        Section(finding.headline, rows(_finding_rows(occasion, finding)))
        for finding in lasting.findings.values()
    ]
    return Alert(
        make_subject(f"Reminder: {_what_lasts(lasting)}, {occasion.book.title}"),
        make_text(
            f"Nothing has changed here since the last message, and this lasts: {occasion.book.title}.",
            [*standings, *findings, Section("To see more", _commands(occasion, lasting))],
            ESTIMATE if standings else UNTIL_OVER,
        ),
    )


def _what_lasts(lasting: Lasting) -> str:
    told = [f"{measure} at {state.standing}" for measure, (state, _) in lasting.measures.items()]
    if lasting.findings:
        told.append(f"{count(len(lasting.findings), 'finding')} open")
    return ", ".join(told)


def _standing_section(
    occasion: Occasion, measure: Measure, state: MeasureState, judgement: Judgement
) -> Section:
    told = [("since", _ago(moment(state.since), occasion.at - state.since))]
    if judgement.rate:
        rate = rate_percent(measure, judgement.rate.value)
        told.append(("now", f"{rate} ({made_of(measure, judgement.rate)})"))
    told += headroom_rows(measure, state.standing, judgement)
    return Section(f"{measure.title()}: {state.standing.upper()}", rows(told))


def _finding_rows(occasion: Occasion, finding: FindingState) -> list[tuple[str, str]]:
    lasts = occasion.at - finding.opened_at
    begun = [("since", moment_of(finding.since))] if finding.since else []
    return [*begun, ("found", _ago(moment(finding.opened_at), lasts)), *finding.figures]


def _ago(told: str, lasts: timedelta) -> str:
    return f"{told} ({duration(lasts)} ago)"


def _commands(occasion: Occasion, lasting: Lasting) -> list[str]:
    stack = f"--stack {occasion.stack_name}"
    explain = [command("ses-reputation standing explain", *book_options(occasion.book), stack)]
    told = (explain if lasting.measures else []) + [
        command_of(occasion, finding) for finding in lasting.findings.values()
    ]
    unlike = dict.fromkeys(tuple(lines) for lines in told)
    return [line for lines in unlike for line in lines]
