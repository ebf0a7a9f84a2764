"""Marker mail: what each party sends to SES's mailbox simulator, and how."""

from dataclasses import dataclass
from enum import StrEnum

from ses_reputation.authorization.identity_arn import IdentityArn

MARKER_TAG = "ses-reputation-verify"
"""The name of the tag that marker mail has; its value is the marker."""


class SimulatedOutcome(StrEnum):
    """The addresses of the simulator, by their local parts, which take a label behind `+`.

    Mail to them works in the sandbox, and harms no reputation (developer guide, "Using the mailbox
    simulator manually").
    """

    SUCCESS = "success"
    BOUNCE = "bounce"
    OUT_OF_OFFICE = "ooto"
    COMPLAINT = "complaint"
    SUPPRESSED = "suppressionlist"


class SendingWay(StrEnum):
    """The calls that send. SES authorizes the content, not the call: raw content as `ses:SendRawEmail`."""

    SIMPLE = "v2 simple"
    RAW = "v2 raw"
    RAW_V1 = "v1 raw"

    @property
    def action(self) -> str:
        """The action that both accounts' policies must allow (django-anymail#384 shows it for v2 raw)."""
        return "ses:SendEmail" if self is SendingWay.SIMPLE else "ses:SendRawEmail"


@dataclass(frozen=True, slots=True)
class SendingParty:
    """An account that sends with an identity in its Region, and names a configuration set on every mail.

    identity: as its owner has it; the owner may be the account itself. configuration_set: "" of an owner that
    has none. tenant: of the account, that the mail is sent for; "" for none.
    """

    account: str
    identity: IdentityArn
    from_address: str
    configuration_set: str
    tenant: str = ""

    @property
    def region(self) -> str:
        """The Region that it sends in: that of the identity."""
        return self.identity.region

    @property
    def is_delegate(self) -> bool:
        """Whether it sends with another account's identity."""
        return self.identity.account != self.account

    @property
    def configuration_set_arn(self) -> str:
        """The ARN of its configuration set, as IAM policies name it."""
        where = f"arn:{self.identity.partition}:ses:{self.region}:{self.account}"
        return f"{where}:configuration-set/{self.configuration_set}"


@dataclass(frozen=True, slots=True)
class MarkerMail:
    """One mail to the simulator. marker: letters, digits and `-`, the same for all mails of one proof."""

    party: SendingParty
    outcome: SimulatedOutcome
    way: SendingWay
    marker: str

    @property
    def recipient(self) -> str:
        """The simulator's address, with the marker as its label."""
        return f"{self.outcome}+{self.marker}@simulator.amazonses.com"

    @property
    def title(self) -> str:
        """What tables call it."""
        return f"{self.outcome} ({self.way})"


def mails_of(party: SendingParty, marker: str) -> list[MarkerMail]:
    """Return the mails of one party: each outcome once, and a success by each way to send raw content.

    SES's first API has no parameter for a tenant (botocore's model of SendRawEmail): it is left out then.
    """
    simple = [MarkerMail(party, outcome, SendingWay.SIMPLE, marker) for outcome in SimulatedOutcome]
    raw_ways = (SendingWay.RAW,) if party.tenant else (SendingWay.RAW, SendingWay.RAW_V1)
    return simple + [MarkerMail(party, SimulatedOutcome.SUCCESS, way, marker) for way in raw_ways]
