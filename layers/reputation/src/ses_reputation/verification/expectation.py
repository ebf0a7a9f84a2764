"""What must come of a marker mail, by feed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ses_reputation.feedback.outcomes import BOUNCED, COMPLAINED, DELIVERED, HARD_BOUNCES, Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.feed_setup import FeedbackKind, FeedSetup
from ses_reputation.verification.marker_mail import SimulatedOutcome
from ses_reputation.verification.sending import AcceptedMail

_SENT = {FeedbackKind.SEND: frozenset({Outcome.SENT})}
_DELIVERED = {FeedbackKind.DELIVERY: DELIVERED}
_HARD_BOUNCED = {FeedbackKind.BOUNCE: HARD_BOUNCES}
# A complaint, and an automatic reply, come from whoever got the mail: it was delivered before. SES calls an
# automatic reply a transient bounce. Developer guide, "Using the mailbox simulator manually"; what SES
# publishes of complaint@ and suppressionlist@ was probed (see docs/adr/0028-proof-by-mail.md).
OUTCOMES: Mapping[SimulatedOutcome, Mapping[FeedbackKind, frozenset[Outcome]]] = {
    SimulatedOutcome.SUCCESS: _SENT | _DELIVERED,
    SimulatedOutcome.BOUNCE: _SENT | _HARD_BOUNCED,
    SimulatedOutcome.OUT_OF_OFFICE: _SENT | _DELIVERED | {FeedbackKind.BOUNCE: BOUNCED - HARD_BOUNCES},
    SimulatedOutcome.COMPLAINT: _SENT | _DELIVERED | {FeedbackKind.COMPLAINT: COMPLAINED},
    SimulatedOutcome.SUPPRESSED: _SENT | _HARD_BOUNCED,
}
"""Which outcomes, as the ledger names them, each mail to the simulator has, by the kind that reports them."""


class Expectation(NamedTuple):
    """One fact of one accepted mail that one feed must report."""

    accepted: AcceptedMail
    feed: Feed
    kind: FeedbackKind

    @property
    def outcomes(self) -> frozenset[Outcome]:
        """The outcomes that meet it."""
        return OUTCOMES[self.accepted.mail.outcome][self.kind]


def expectations_of(accepted: Iterable[AcceptedMail], setups: Iterable[FeedSetup]) -> Iterator[Expectation]:
    """Yield what must come of mails of one party, by what its feeds are set up to report."""
    setups = list(setups)
    for mail in accepted:
        for setup in setups:
            for kind in OUTCOMES[mail.mail.outcome]:
                if kind in setup.kinds:
                    yield Expectation(mail, setup.feed, kind)
