"""Open findings, and what to do: as alerts word them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.notifications.texts.finding import command_name, word_finding
from ses_reputation.notifications.texts.ses_decision import advise_decided
from ses_reputation.notifications.texts.standing import AdvisedMail, advise
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState, FindingState, ProtectionStep
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.facts.ses_view import is_in_trouble
from ses_reputation.statement.naming import Naming, shown
from ses_reputation.statement.view.entity import AdvicePart, AdviceStep, FindingView, LabelledText
from ses_reputation.wording import moment

EVERYBODYS: Mapping[str, str] = {}
"""Whose mail an entity's is, as options of a command: that of all who send."""
_STEPS = {
    ProtectionStep.WOULD_PAUSE: "would have been paused",
    ProtectionStep.PAUSED: "was paused",
    ProtectionStep.FAILED: "could not be paused",
    ProtectionStep.RESUMED: "sends again",
}


def view_findings(
    entity: ReputationEntity,
    findings: Iterable[FindingState],
    at: datetime,
    naming: Naming,
    part_of: Mapping[str, str] = EVERYBODYS,
    region: str = "",
) -> tuple[FindingView, ...]:
    """Return an entity's open findings as worded at a time, oldest first.

    part_of: options that narrow a command to whose mail it is, of what is found in a part of an identity.
    Nobody has found that before. region: as `only_region_of` has it.
    """
    found = sorted(findings, key=lambda each: (each.opened_at, each.kind, each.scope))
    worded = [(each, word_finding(entity, each, at, naming.stack_name, region)) for each in found]
    return tuple(
        FindingView(
            kind=str(each.kind),
            headline=text.headline,
            since=each.since,
            opened_at=None if part_of else each.opened_at,
            is_of_feeds=each.kind.is_of_feeds,
            figures=tuple(LabelledText(*pair) for pair in text.figures),
            advice=view_advice(text.advice),
            command=naming.command(command_name(each.kind), {**entity.names, **part_of}),
        )
        for each, text in worded
    )


def view_steps(
    state: EntityState | None, mail: Evaluated, naming: Naming, advised: AdvisedMail
) -> tuple[AdviceStep, ...]:
    """Return what to do about what SES does to an account, then about where mail stands by its worst measure.

    advised: of which mail that is; its `is_own`, whether of who reads it, rather than of everybody who sends
    with an identity.
    """
    standing, measure = mail.standing, mail.worst
    steps: tuple[AdviceStep, ...] = ()
    if state and state.decision and is_in_trouble(state):
        latest, stack = state.decision.latest, naming.stack_name
        steps = view_advice(advise_decided(state.entity, latest, state.assessed_at, stack))
    if standing in (None, Standing.HEALTHY):
        return steps
    advice = advise(mail.entity, measure, standing, mail.causes(measure), naming.stack_name, advised)
    return (*steps, *view_advice(advice))


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
