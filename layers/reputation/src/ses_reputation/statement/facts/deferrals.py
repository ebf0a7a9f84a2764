"""Providers that defer mail: as an identity's assessment found them, or in what a sender sends itself."""

from collections.abc import Iterable, Iterator, Sequence

from ses_reputation.findings.deferrals import detect
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.notifications.texts.finding import word_finding
from ses_reputation.rates.history import History
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, identity_entity
from ses_reputation.standing.state import FindingState
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.view.mail import DeferralView
from ses_reputation.tallies import group_by

MOST_IDENTITIES = 25
"""Identities that are looked through, of those that sent of late: each takes days to be unpacked."""


def own_deferrals(senders: Iterable[SenderIdentity], inputs: StatementInputs) -> list[FindingState]:
    """Return what defers the mail of some senders, identity by identity, as if it were found now.

    An assessment looks at all mail of an identity. Here nothing but the senders' own is looked at.
    """
    sending = [sender for sender in senders if inputs.hours.get(sender)]
    by_identity = group_by(sorted(sending), lambda sender: sender.identity)
    return [
        finding
        for identity, own in list(by_identity.items())[:MOST_IDENTITIES]
        for finding in _detect(identity_entity(identity), own, inputs)
    ]


def _detect(
    entity: ReputationEntity, senders: Sequence[SenderIdentity], inputs: StatementInputs
) -> Iterator[FindingState]:
    history = History(entity, inputs.days_of(senders), inputs.now)
    for each in detect(EntityMail(history, inputs.hours_of(senders), None, inputs.rules)):
        if each.state is DetectionState.FIRING:
            yield FindingState(each.kind, each.scope, each.since, inputs.now, None, each.evidence_json or {})


def view_deferrals(
    entity: ReputationEntity, findings: Iterable[FindingState], inputs: StatementInputs
) -> dict[str, DeferralView]:
    """Return deferrals by provider, each with SES's types of delay, most first; the earliest of each."""
    found = [each for each in findings if each.kind is FindingKind.PROVIDER_DEFERRAL]
    return {
        each.evidence["provider"]: DeferralView(
            each.since,
            word_finding(entity, each, inputs.now).headline,
            tuple(each.evidence["recent"]["delay_types"]),
        )
        for each in sorted(found, key=lambda each: each.since, reverse=True)
    }
