"""Open findings, and what to do: as alerts word them."""

from collections.abc import Iterable

from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.notifications.texts.finding import command_name, word_finding
from ses_reputation.notifications.texts.standing import advise
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import EntityState, ProtectionStep
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.naming import Naming, shown
from ses_reputation.statement.view.entity import AdvicePart, AdviceStep, FindingView, LabelledText
from ses_reputation.wording import moment

_STEPS = {
    ProtectionStep.WOULD_PAUSE: "would have been paused",
    ProtectionStep.PAUSED: "was paused",
    ProtectionStep.FAILED: "could not be paused",
    ProtectionStep.RESUMED: "sends again",
}


def view_findings(state: EntityState | None, naming: Naming) -> tuple[FindingView, ...]:
    """Return an entity's open findings as its last assessment worded them, oldest first."""
    if state is None:
        return ()
    found = sorted(state.findings.values(), key=lambda each: (each.opened_at, each.kind, each.scope))
    worded = [(each, word_finding(state.entity, each, state.assessed_at)) for each in found]
    return tuple(
        FindingView(
            kind=str(each.kind),
            headline=text.headline,
            since=each.since,
            opened_at=each.opened_at,
            is_of_feeds=each.kind.is_of_feeds,
            figures=tuple(LabelledText(*pair) for pair in text.figures),
            advice=view_advice(text.advice),
            command=naming.command_about(command_name(each.kind), state.entity),
        )
        for each, text in worded
    )


def view_standing_advice(mail: Evaluated, naming: Naming) -> tuple[AdviceStep, ...]:
    """Return what to do about where mail stands by its worst measure; nothing where that is healthy."""
    standing, measure = mail.standing, mail.worst
    if standing in (None, Standing.HEALTHY):
        return ()
    causes = mail.causes(measure)
    return view_advice(advise(mail.entity, measure, standing, causes, naming.stack_name))


def view_advice(sentences: Iterable[Advice]) -> tuple[AdviceStep, ...]:
    """Return sentences as steps, their commands apart."""
    return tuple(
        AdviceStep(
            tuple(AdvicePart(piece.text, bool(piece.words)) for piece in sentence.pieces if piece.text)
        )
        for sentence in sentences
    )


def view_protection(state: EntityState | None) -> tuple[str, ...]:
    """Return in a sentence each what protection did about an account's configuration sets."""
    if state is None:
        return ()
    return tuple(
        f"Configuration set {shown(name)} {_STEPS[each.step]} on {moment(each.at)}."
        for name, each in sorted(state.protection.items())
    )
