"""Parties that send marker mail, and their mails: orchard.example is the owner's, courier its delegate."""

from datetime import UTC, datetime

from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.feed_setup import NEEDED, FeedbackKind, FeedSetup
from ses_reputation.verification.marker_mail import MarkerMail, SendingParty, SendingWay, SimulatedOutcome
from ses_reputation.verification.sending import AcceptedMail, RefusedMail

OWNER, COURIER = "111111111111", "222222222222"
REGION = "eu-west-1"
IDENTITY = IdentityArn("aws", REGION, OWNER, "orchard.example")
IDENTITY_ARN = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"
FROM = "news@orchard.example"
MARKER = "v20261122101500123"
SENT_AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
AS_OWNER = SendingParty(OWNER, IDENTITY, FROM, "orchard")
AS_COURIER = SendingParty(COURIER, IDENTITY, FROM, "courier")
SENDER_SETUP = FeedSetup(Feed.SENDER, frozenset(FeedbackKind))
OWNER_SETUP = FeedSetup(Feed.OWNER, NEEDED[Feed.OWNER])


def marker_mail(
    outcome: SimulatedOutcome = SimulatedOutcome.SUCCESS,
    way: SendingWay = SendingWay.SIMPLE,
    party: SendingParty = AS_COURIER,
) -> MarkerMail:
    """A mail to the simulator."""
    return MarkerMail(party, outcome, way, MARKER)


def accepted(
    outcome: SimulatedOutcome = SimulatedOutcome.SUCCESS,
    party: SendingParty = AS_COURIER,
    at: datetime = SENT_AT,
    message_id: str = "",
) -> AcceptedMail:
    """A mail that SES accepted, by default under an id that names outcome and account."""
    return AcceptedMail(
        marker_mail(outcome, party=party), message_id or f"0102-{outcome}-{party.account}", at
    )


def refused(code: str, message: str, mail: MarkerMail | None = None) -> RefusedMail:
    """A mail that SES refused."""
    return RefusedMail(mail or marker_mail(), code, message)
