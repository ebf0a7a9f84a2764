"""A proof by mail of which much failed, with any names in it."""

from datetime import timedelta

from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.expectation import expectations_of
from ses_reputation.verification.feed_setup import FeedbackKind, FeedSetup
from ses_reputation.verification.marker_mail import SendingParty, SimulatedOutcome
from ses_reputation.verification.proof import PartyProof, Proof
from ses_reputation.verification.refusals import explain_refusal
from ses_reputation.verification.watching import JournaledFact, Watch
from tests.support.marker_mail import (
    COURIER,
    MARKER,
    OWNER,
    OWNER_SETUP,
    REGION,
    SENDER_SETUP,
    SENT_AT,
    accepted,
    marker_mail,
    refused,
)

_REFUSALS = (
    ("AccessDenied", "not authorized to perform `ses:SendEmail' on resource `{arn}'"),
    ("AccessDenied", "Tenant not associated with resources [{name}]."),
    (
        "MessageRejected",
        "not verified. The following identities failed the check in region EU: {name}",
    ),
    ("NotFoundException", "Configuration set <{name}> does not exist."),
    ("SendingPausedException", "Sending is paused for configuration set {name}"),
    ("Teapot", "{name}"),
)


def failed_proof(name: str = "courier", identity: str = "orchard.example") -> Proof:
    """Of four accepted mails of a delegate one report came; one mail was refused in each way."""
    arn = IdentityArn("aws", REGION, OWNER, identity)
    party = SendingParty(COURIER, arn, f"news@{identity}", name)
    mails = tuple(accepted(outcome, party) for outcome in list(SimulatedOutcome)[1:])
    failed = [
        refused(code, message.format(arn=arn, name=name), marker_mail(party=party))
        for code, message in _REFUSALS
    ]
    setups = (SENDER_SETUP, FeedSetup(Feed.OWNER, frozenset({FeedbackKind.BOUNCE})))
    without_set = SendingParty("333333333333", arn, f"news@{identity}", "")
    expected = tuple(expectations_of(mails, setups))
    strange = JournaledFact(mails[0], Feed.OWNER, Outcome.BOUNCED_PERMANENT_GENERAL, name, name)
    watch = Watch({expected[0]: timedelta(seconds=2.34)}, {strange})
    proofs = (
        PartyProof(party, setups, mails, tuple((each, explain_refusal(each)) for each in failed)),
        PartyProof(without_set, (FeedSetup(Feed.SENDER, frozenset()), OWNER_SETUP), (), ()),
    )
    return Proof(MARKER, SENT_AT, proofs, expected, watch)
