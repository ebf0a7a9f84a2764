"""The alert about a configuration set that protection paused, or would have paused."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ses_reputation.standing.announcements.advice import advise_on_protection
from ses_reputation.standing.announcements.layout import (
    Alert,
    Section,
    book_options,
    command,
    make_subject,
    make_text,
    rows,
    steps,
)
from ses_reputation.standing.announcements.occasions import Occasion
from ses_reputation.standing.state import ProtectionStep
from ses_reputation.standing.wording import moment

if TYPE_CHECKING:
    from ses_reputation.standing.protection.acts import ProtectionAct

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


def alert_of_protection(occasion: Occasion, act: "ProtectionAct") -> Alert:
    """Return the alert about a step that protection took; it never touches more than the one set."""
    named = f"configuration set {act.configuration_set}"
    told = [("since", moment(occasion.at)), ("cause", act.cause)]
    return Alert(
        make_subject(f"{_TITLES[act.step]}: {named}, {occasion.book.title}"),
        make_text(
            f"{named[0].upper()}{named[1:]} of {occasion.book.title} {_OPENINGS[act.step]}.",
            [
                Section("Why", rows(told)),
                Section("What to do", steps(advise_on_protection(act.step, named))),
                *_commands(occasion, act),
            ],
            "Protection never pauses an account, and never resumes anything by itself.",
        ),
    )


def _commands(occasion: Occasion, act: "ProtectionAct") -> list[Section]:
    options = (*book_options(occasion.book), f"--stack {occasion.stack_name}")
    sections = [Section("To see more", command("ses-reputation standing explain", *options))]
    if act.step is ProtectionStep.PAUSED:
        chosen = f"--configuration-set {act.configuration_set}"
        resume = command("ses-reputation protection resume", chosen, *options)
        sections.append(Section("To resume it", resume))
    return sections
