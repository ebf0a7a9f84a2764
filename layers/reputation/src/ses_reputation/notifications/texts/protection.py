"""The alert about a configuration set that protection paused, or would have paused."""

from collections.abc import Mapping

from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.notifications.context import Occasion
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    book_options,
    command,
    make_subject,
    make_text,
    rows,
    steps,
)
from ses_reputation.notifications.texts.standing_advice import advise_on_protection
from ses_reputation.protection.actions import ProtectionAct
from ses_reputation.rollup.entities import Book
from ses_reputation.standing.state import ProtectionStep
from ses_reputation.wording import moment

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


def alert_of_protection(occasion: Occasion, act: ProtectionAct) -> Alert:
    """Return the alert about a step that protection took; it never touches more than the one set."""
    return Alert(
        make_subject(f"{_title(act)}, {occasion.book.title}"),
        make_text(
            _opening(occasion.book, act),
            [
                Section("Why", rows([("at", moment(occasion.at)), ("cause", act.cause)])),
                Section("What to do", steps(advise_on_protection(act))),
                *_commands(occasion, act),
            ],
            "Protection never pauses an account, and never resumes anything by itself.",
        ),
    )


def _title(act: ProtectionAct) -> str:
    is_without = act.configuration_set == NO_CONFIGURATION_SET
    named = "no configuration set can be" if is_without else act.configuration_set
    return f"{_TITLES[act.step]}: {named}"


def _opening(book: Book, act: ProtectionAct) -> str:
    if act.configuration_set == NO_CONFIGURATION_SET:
        return f"Nothing of {book.title} was paused: no configuration set can be. All of it still sends."
    return f"Configuration set {act.configuration_set} of {book.title} {_OPENINGS[act.step]}."


def _commands(occasion: Occasion, act: ProtectionAct) -> list[Section]:
    options = (*book_options(occasion.book), f"--stack {occasion.stack_name}")
    sections = [Section("To see more", command("ses-reputation standing explain", *options))]
    if act.step is ProtectionStep.PAUSED:
        resume = command(f"ses-reputation protection resume {act.configuration_set}", *options)
        sections.append(Section("To resume it", resume))
    return sections
