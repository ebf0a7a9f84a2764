"""A party's statement, made of what may be shown to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from ses_reputation.findings.feed_coverage.feed_health import view_feeds
from ses_reputation.notifications.texts.finding import word_finding
from ses_reputation.parties import PartyKind
from ses_reputation.rates.thresholds import Standing, severity_of
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.standing.assumptions import ASSUMPTIONS
from ses_reputation.statement.facts.delegates import MOST_DELEGATES, view_delegates
from ses_reputation.statement.facts.drift import view_drift
from ses_reputation.statement.facts.entities import Subject, view_entity, view_line
from ses_reputation.statement.facts.evaluated import evaluate_part, evaluated_entity, with_beginnings
from ses_reputation.statement.facts.feeds import MOST_FEEDS, FeedFinding, view_feed_lines
from ses_reputation.statement.facts.headlines import entity_headline, statement_headline
from ses_reputation.statement.facts.reconciliations import view_reconciliations
from ses_reputation.statement.facts.ses_view import is_in_trouble
from ses_reputation.statement.facts.timeline import view_timeline
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.naming import entity_ids, entity_title, shown
from ses_reputation.statement.scopes import PartyScope, domains_of
from ses_reputation.statement.view.entity import EntityLine, EntityView
from ses_reputation.statement.view.statement import (
    DelegateView,
    DomainGroup,
    FeedLine,
    Statement,
)
from ses_reputation.tallies import group_by
from ses_reputation.wording import duration, moment

MOST_DETAILED = 10
"""Entities in full, of some 56 KB each: a page shall stay below a megabyte."""
STALE_AFTER = timedelta(hours=2)
"""Assessments run every few minutes, and store what has not changed once an hour; without one for twice as
long, what is shown is not what is."""
_MOST_SENTENCES = 10


def make_statement(scope: PartyScope, inputs: StatementInputs) -> Statement:
    """Return a party's statement. Raises UnavailableError where its changes or lists cannot be read.

    Nothing of the mail of `inputs` that is not of the scope's senders, and no state of another entity than
    the scope's, is looked at; of an identity's state a sender sees what says that its own feed has gaps.
    """
    subjects = _by_concern(scope, inputs)
    feed_findings = _feed_findings(subjects, inputs)
    entities = tuple(view_entity(each, inputs) for each in subjects[:MOST_DETAILED])
    lines = _lines(subjects, entities, inputs)
    domains = domains_of(entity.name for entity in scope.identities)
    delegates, feeds = _delegates(scope, domains, inputs), _feeds(scope, feed_findings, inputs)
    return Statement(
        party=scope.party,
        stack_name=inputs.naming.stack_name,
        made_at=inputs.now,
        assessed_at=inputs.assessed_at,
        complete_until=inputs.watermark,
        headline=_headline(subjects, inputs),
        incomplete=tuple(_incomplete(subjects, feed_findings, inputs))[:_MOST_SENTENCES],
        standing=max((each.mail.standing for each in subjects), key=severity_of, default=None),
        lead=lines[subjects[0].entity].id if subjects else "",
        accounts=tuple(lines[entity] for entity in scope.accounts),
        groups=_groups({entity.name: lines[entity] for entity in scope.identities}, domains),
        delegates=tuple(delegates[:MOST_DELEGATES]),
        entities=entities,
        entities_left_out=len(subjects) - len(entities),
        feeds=tuple(feeds[:MOST_FEEDS]),
        feeds_left_out=max(0, len(feeds) - MOST_FEEDS),
        suppression=tuple(inputs.lists(scope.party.account)),
        timeline=view_timeline(_ids_in_full(subjects), inputs),
        assumptions=ASSUMPTIONS,
        delegates_left_out=max(0, len(delegates) - MOST_DELEGATES),
        reconciliations=view_reconciliations(scope.accounts, inputs),
        drift=view_drift(scope, inputs),
    )


def _subjects(scope: PartyScope, inputs: StatementInputs) -> Iterator[Subject]:
    """Yield what is shown: entities, but of a sender's identities only its own part of each."""
    by_identity = group_by(scope.senders, lambda sender: sender.identity)
    ids = entity_ids([*scope.accounts, *scope.identities])
    for entity in scope.accounts:
        own = [
            sender
            for sender in scope.senders
            if (sender.account, sender.region) == (entity.name, entity.region)
        ]
        yield _whole(ids[entity], entity, own, inputs)
    for entity in scope.identities:
        senders = by_identity.get(entity.name, [])
        if scope.party.kind is PartyKind.OWNER:
            yield _whole(ids[entity], entity, senders, inputs)
        else:
            yield _part(ids[entity], entity, senders, scope.party.account, inputs)


def _by_concern(scope: PartyScope, inputs: StatementInputs) -> list[Subject]:
    """Return what is shown, most concern first; of what is shown in full it is known since when."""
    subjects = sorted(_subjects(scope, inputs), key=lambda each: each.concern, reverse=True)
    subjects[:MOST_DETAILED] = [_with_beginning(each, inputs) for each in subjects[:MOST_DETAILED]]
    return subjects


def _ids_in_full(subjects: Sequence[Subject]) -> dict[ReputationEntity, str]:
    return {each.entity: each.id for each in subjects[:MOST_DETAILED] if not each.part_of}


def _with_beginning(subject: Subject, inputs: StatementInputs) -> Subject:
    if not subject.part_of:
        return subject
    days, sent_on = inputs.days_of(subject.senders), inputs.totals_of(subject.senders)
    return replace(subject, mail=with_beginnings(subject.mail, days, sent_on, inputs.rules, inputs.now))


def _whole(
    name: str, entity: ReputationEntity, senders: Sequence[SenderIdentity], inputs: StatementInputs
) -> Subject:
    state = inputs.states.get(entity)
    return Subject(name, entity, senders, evaluated_entity(entity, state), state)


def _part(
    name: str,
    entity: ReputationEntity,
    senders: Sequence[SenderIdentity],
    account: str,
    inputs: StatementInputs,
) -> Subject:
    mail = evaluate_part(entity, inputs.days_of(senders), inputs.rules, inputs.now)
    state = inputs.states.get(entity)
    gaps = [each for each in state.findings.values() if each.is_gap_of(account)] if state else []
    return Subject(name, entity, senders, mail, part_of=account, gaps=gaps)


def _lines(
    subjects: Iterable[Subject], entities: Iterable[EntityView], inputs: StatementInputs
) -> dict[ReputationEntity, EntityLine]:
    """Return each subject's line; those in full come first, in the order of the subjects."""
    return {each.entity: view_line(each, inputs, detail) for each, detail in zip_longest(subjects, entities)}


def _headline(subjects: Sequence[Subject], inputs: StatementInputs) -> str:
    sending = [each for each in subjects if each.mail.standing or each.state]
    return statement_headline(
        [
            (entity_headline(each.headline_start, each.mail, each.state, inputs.naming), _is_well(each))
            for each in sending
        ]
    )


def _is_well(subject: Subject) -> bool | None:
    if is_in_trouble(subject.state):
        return False
    standing = subject.mail.standing
    return None if standing is None else standing is Standing.HEALTHY


def _feed_findings(subjects: Iterable[Subject], inputs: StatementInputs) -> list[FeedFinding]:
    """Return the open findings of feeds, in the order of what is shown."""
    return [
        FeedFinding(each.entity, finding, word_finding(each.entity, finding, inputs.now).headline)
        for each in subjects
        for finding in each.known_findings
        if finding.kind.is_of_feeds
    ]


def _incomplete(
    subjects: Iterable[Subject], feed_findings: Iterable[FeedFinding], inputs: StatementInputs
) -> Iterator[str]:
    """Yield why figures may be incomplete: no assessment of late, and what is found of feeds."""
    last = inputs.assessment
    if last and inputs.now - last.at > STALE_AFTER:
        yield _age("The figures", last.at, inputs.now)
    for each in subjects:
        if last and each.state and last.has_left_out(each.state):
            yield _age(f"The figures of {entity_title(each.entity)}", each.state.assessed_at, inputs.now)
    for finding in feed_findings:
        yield f"{entity_title(finding.entity)}: {finding.headline}."


def _age(figures: str, assessed_at: datetime, now: datetime) -> str:
    return (
        f"{figures} are {duration(now - assessed_at)} old: they were last assessed on {moment(assessed_at)}."
    )


def _groups(lines: Mapping[str, EntityLine], domains: Mapping[str, str]) -> tuple[DomainGroup, ...]:
    by_domain = group_by(lines, lambda identity: domains[identity])
    groups = [_group(domain, [lines[each] for each in own]) for domain, own in by_domain.items()]
    return tuple(sorted(groups, key=lambda each: (-severity_of(each.standing), -each.sends, each.domain)))


def _group(domain: str, lines: Sequence[EntityLine]) -> DomainGroup:
    worst_first = sorted(lines, key=lambda each: (-severity_of(each.standing), -each.sends, each.name))
    return DomainGroup(
        domain=shown(domain),
        standing=worst_first[0].standing,
        sends=sum(each.sends for each in lines),
        hard_bounces=sum(each.hard_bounces for each in lines),
        entities=tuple(worst_first),
    )


def _delegates(scope: PartyScope, domains: Mapping[str, str], inputs: StatementInputs) -> list[DelegateView]:
    if scope.party.kind is not PartyKind.OWNER:
        return []
    with_own = [sender for sender in scope.senders if sender.identity in domains]
    return view_delegates(with_own, domains, scope.party.account, inputs)


def _feeds(
    scope: PartyScope, feed_findings: Sequence[FeedFinding], inputs: StatementInputs
) -> list[FeedLine]:
    """Return what the feeds report of each sender, whose days alone are looked through."""
    views = chain.from_iterable(
        view_feeds(inputs.hours_of([sender]), inputs.days_of([sender]), inputs.now)
        for sender in scope.senders
    )
    return view_feed_lines(views, feed_findings)
