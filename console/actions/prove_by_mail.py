"""Marker mail is sent as each party, and what must come of it is waited for in the ledger."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from console.stack.party_access import PartyAccess
from console.stack.sending_setup import mails_per_second
from ses_reputation.authorization.evaluation import PolicyEvaluation, PolicyRequest, evaluate_policies
from ses_reputation.authorization.store import IdentityPolicies
from ses_reputation.errors import SesReputationError
from ses_reputation.verification.expectation import Expectation, expectations_of
from ses_reputation.verification.explanation import KnownOfSends
from ses_reputation.verification.feed_setup import FeedSetup, read_owner_setup, read_sender_setup
from ses_reputation.verification.marker_mail import MarkerMail, SendingParty, mails_of
from ses_reputation.verification.proof import PartyProof
from ses_reputation.verification.refusals import explain_refusal
from ses_reputation.verification.sending import AcceptedMail, MarkerSender, RefusedMail


@dataclass(frozen=True, slots=True)
class PartyToProve:
    """A party, the credentials that it sends with, and those of the identity's owner."""

    party: SendingParty
    access: PartyAccess
    owner: PartyAccess


def new_marker(now: datetime) -> str:
    """Return a marker that no other proof has, unless begun in the same millisecond: `v20261122101500123`."""
    return f"v{now.astimezone(UTC):%Y%m%d%H%M%S}{now.microsecond // 1000:03}"


def send_as(
    proven: PartyToProve,
    setups: tuple[FeedSetup, ...],
    marker: str,
    on_sent: Callable[[], None],
    sleep: Callable[[float], None] = time.sleep,
) -> PartyProof:
    """Send the mails of one party, at the rate that its account may send at; explain what SES refuses.

    setups: what its feeds are set up to report.
    on_sent: is called after each mail, whatever came of it. Raises botocore's BotoCoreError where no client
    can be made.
    """
    party = proven.party
    sesv2, ses = (proven.access.connect(service, party.region) for service in ("sesv2", "ses"))
    sender = MarkerSender(sesv2, ses, lambda: datetime.now(UTC))
    pause = 1 / mails_per_second(proven.access, party.region)
    accepted: list[AcceptedMail] = []
    refused: list[RefusedMail] = []
    for place, mail in enumerate(mails_of(party, marker)):
        if place:
            sleep(pause)
        sent = sender.send(mail)
        accepted.append(sent) if isinstance(sent, AcceptedMail) else refused.append(sent)
        on_sent()
    explained = tuple((each, explain_refusal(each, _known(proven, each, accepted))) for each in refused)
    return PartyProof(party, setups, tuple(accepted), explained)


def expect(proofs: Iterable[PartyProof]) -> tuple[Expectation, ...]:
    """Return all that must come of the mails that SES accepted."""
    return tuple(each for proof in proofs for each in expectations_of(proof.accepted, proof.setups))


def read_setups(proven: PartyToProve) -> tuple[FeedSetup, ...]:
    """Read what the sender's and the owner's SES are set up to report of a party's mail."""
    party = proven.party
    owner = read_owner_setup(proven.owner.connect("ses", party.region), party.identity.name)
    sender = read_sender_setup(proven.access.connect("sesv2", party.region), party.configuration_set)
    return sender, owner


def _known(proven: PartyToProve, refused: RefusedMail, accepted: Sequence[AcceptedMail]) -> KnownOfSends:
    policies = _evaluate(proven, refused.mail) if proven.party.is_delegate else None
    return KnownOfSends(frozenset(each.mail.way for each in accepted), policies)


def _evaluate(proven: PartyToProve, mail: MarkerMail) -> PolicyEvaluation | None:
    """Return what the identity's policies say of a send; None where they cannot be read."""
    with suppress(SesReputationError, ValueError):
        stored = IdentityPolicies(proven.owner.clients.connect, mail.party.identity).read()
        return evaluate_policies(stored, _request(proven, mail))
    return None


def _request(proven: PartyToProve, mail: MarkerMail) -> PolicyRequest:
    """Return a send as policies see it; the caller's address is not known here."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    context: Mapping[str, tuple[str, ...]] = {
        "ses:FromAddress": (mail.party.from_address,),
        "ses:Recipients": (mail.recipient,),
        "ses:FeedbackAddress": (mail.party.from_address,),
        "aws:CurrentTime": (now,),
    }
    return PolicyRequest(proven.access.caller.arn, mail.way.action, str(mail.party.identity), context)
