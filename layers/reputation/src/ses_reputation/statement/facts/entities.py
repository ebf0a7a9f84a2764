"""One entity in full, and in a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ses_reputation.delivery.delays import count_open_mail
from ses_reputation.notifications.texts.standing import AdvisedMail
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import EntityKind, ReputationEntity, SenderIdentity, only_region_of
from ses_reputation.standing.state import EntityState, FindingState
from ses_reputation.statement.facts.deferrals import own_deferrals, view_deferrals
from ses_reputation.statement.facts.evaluated import PART_DAYS, Evaluated
from ses_reputation.statement.facts.findings import view_findings, view_protection, view_steps
from ses_reputation.statement.facts.headlines import entity_headline
from ses_reputation.statement.facts.measures import rate_view_of, view_measure
from ses_reputation.statement.facts.providers import view_provider_lines
from ses_reputation.statement.facts.reasons import view_reasons
from ses_reputation.statement.facts.series import latest_days, view_days, view_hours, view_sparkline
from ses_reputation.statement.facts.ses_view import is_in_trouble, view_ses
from ses_reputation.statement.facts.warm_up import view_warm_up_rows
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.naming import entity_title, shown
from ses_reputation.statement.view.entity import EntityLine, EntityView, FindingView
from ses_reputation.statement.view.mail import DeferralView
from ses_reputation.statement.view.rates import MeasureView

DAY = "DAY"
"""Stands for a day, or an hour, in the command that shows what is behind its figures."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is shown: an entity, or the part of an identity that one account sends.

    id: names it within the statement. senders: whose mail it is. state: of an entity as last assessed; a part
    has none. part_of: the account whose part it is, "" of an entity. gaps: what is found of this account's
    own feed.
    """

    id: str
    entity: ReputationEntity
    senders: Sequence[SenderIdentity]
    mail: Evaluated
    state: EntityState | None = None
    part_of: str = ""
    gaps: Sequence[FindingState] = ()

    @property
    def known_findings(self) -> Sequence[FindingState]:
        """Return what assessments found that is open."""
        return list(self.state.findings.values()) if self.state else self.gaps

    @property
    def concern(self) -> tuple[bool, int, bool, float]:
        """What sorts by concern: whether SES stops it, its standing, how near it is to review.

        SES rates accounts: of the same standing, an account comes before its part of an identity.
        """
        severity, nearness = self.mail.concern
        return is_in_trouble(self.state), severity, not self.part_of, nearness

    @property
    def title(self) -> str:
        """Return `identity example.com`; of a part `identity example.com, as 444455556666 sends with it`."""
        title = entity_title(self.entity)
        return f"{title}, as {self.part_of} sends with it" if self.part_of else title

    @property
    def part_options(self) -> dict[str, str]:
        """Return what narrows a command of ours to a part of an identity."""
        return {"account": self.part_of} if self.part_of else {}

    @property
    def advised(self) -> AdvisedMail:
        """Return of which mail the advice is."""
        return AdvisedMail(only_region_of(self.senders), bool(self.part_of))

    @property
    def headline_start(self) -> str:
        """Return the title as a sentence goes on from it."""
        return f"{self.title}," if self.part_of else self.title


def view_entity(subject: Subject, inputs: StatementInputs) -> EntityView:
    """Return a subject in full."""
    entity, state, mail, now = subject.entity, subject.state, subject.mail, inputs.now
    hours, days = inputs.hours_of(subject.senders), inputs.days_of(subject.senders)
    findings, deferrals = _findings(subject, inputs)
    warm_up, warm_sets = view_warm_up_rows(subject.senders, inputs)
    return EntityView(
        id=subject.id,
        kind=entity.kind,
        name=shown(entity.name),
        region=shown(entity.region),
        title=subject.title,
        is_part=bool(subject.part_of),
        headline=entity_headline(subject.headline_start, mail, state, inputs.naming),
        standing=mail.standing,
        since=mail.since(mail.worst),
        bounces=_measure(subject, Measure.BOUNCES, inputs),
        complaints=_measure(subject, Measure.COMPLAINTS, inputs),
        ses=view_ses(state, inputs.diagnoses),
        **_unfinished(subject, inputs),
        days=view_days(inputs.totals_of(subject.senders), now),
        hours=view_hours(days, now),
        providers=view_provider_lines(hours, days, deferrals, now),
        warm_up=warm_up,
        findings=findings,
        advice=view_steps(state, mail, inputs.naming, subject.advised),
        protection=view_protection(state),
        commands=_commands(subject, inputs),
        reasons=view_reasons(days),
        warm_sets=warm_sets,
    )


def _findings(
    subject: Subject, inputs: StatementInputs
) -> tuple[tuple[FindingView, ...], dict[str, DeferralView]]:
    """Return what is found, and the deferrals by provider: of who sends, those of its own mail."""
    entity, state = subject.entity, subject.state
    is_identity = state is not None and entity.kind is EntityKind.IDENTITY
    own = [] if is_identity else own_deferrals(subject.senders, inputs)
    found, at = subject.known_findings, state.assessed_at if state else inputs.now
    if not state:
        found = [*found, *own]
    return (
        view_findings(entity, found, at, inputs.naming, subject.part_options, subject.advised.region),
        view_deferrals(entity, found if is_identity else own, inputs),
    )


def _unfinished(subject: Subject, inputs: StatementInputs) -> Mapping[str, int]:
    """Return mail whose end is not known, as last assessed; of a part, which nobody assesses, as counted."""
    known = subject.state.view.get("open") if subject.state else None
    return known or count_open_mail(inputs.hours_of(subject.senders))


def _measure(subject: Subject, measure: Measure, inputs: StatementInputs) -> MeasureView:
    command = inputs.naming.command("standing explain", _options(subject))
    return view_measure(subject.mail, measure, inputs.rules.thresholds[measure], command)


def _commands(subject: Subject, inputs: StatementInputs) -> dict[str, str]:
    naming, first_day = inputs.naming, latest_days(inputs.now, PART_DAYS)[0]
    names = {"days": "balances", "providers": "providers", "warm_up": "providers --warm-up", "feeds": "feeds"}
    options = _options(subject)
    commands = {topic: naming.command(name, options) for topic, name in names.items()}
    return {
        **commands,
        "day": naming.command("balances", {**options, "from": DAY, "to": DAY}),
        "reasons": naming.command("balances --json", {**options, "from": first_day}),
    }


def _options(subject: Subject) -> dict[str, str]:
    return {**subject.entity.names, **subject.part_options}


def view_line(subject: Subject, inputs: StatementInputs, detail: EntityView | None) -> EntityLine:
    """Return a subject in one line. detail: the subject in full, where the statement has it."""
    entity, mail, state = subject.entity, subject.mail, subject.state
    findings = detail.findings if detail else state.findings if state else None
    latest = view_sparkline(inputs.totals_of(subject.senders), inputs.now)
    return EntityLine(
        id=subject.id,
        kind=entity.kind,
        name=shown(entity.name),
        region=shown(entity.region),
        standing=mail.standing,
        since=mail.since(mail.worst),
        sends=sum(latest.sends),
        hard_bounces=sum(latest.hard_bounces),
        bounces=rate_view_of(mail, Measure.BOUNCES),
        complaints=rate_view_of(mail, Measure.COMPLAINTS),
        open_findings=None if findings is None else len(findings),
        has_detail=detail is not None,
    )
