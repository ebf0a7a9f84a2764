"""What explains a refused send, and what is known besides the refusal."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ses_reputation.authorization.evaluation import PolicyEvaluation
from ses_reputation.verification.marker_mail import SendingParty, SendingWay


class ActingSide(StrEnum):
    """Whose turn it is."""

    OWNER = "owner"
    SENDER = "sender"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class KnownOfSends:
    """What is known besides a refusal.

    accepted: the ways by which SES took mail of the same party. policies: what the identity's policies say of
    the refused send; None where they could not be read.
    """

    accepted: frozenset[SendingWay] = frozenset()
    policies: PolicyEvaluation | None = None


@dataclass(frozen=True, slots=True)
class RefusalExplanation:
    """Why a send was refused, whose turn it is, and what to do; `paste`: commands, or a statement."""

    cause: str
    side: ActingSide
    mend: str
    paste: tuple[str, ...] = ()

    def account_of(self, party: SendingParty) -> str:
        """The account that acts; "" where it is one of two."""
        return {ActingSide.OWNER: party.identity.account, ActingSide.SENDER: party.account}.get(self.side, "")


def sender_statement(party: SendingParty, resources: Iterable[str] = ()) -> str:
    """Return the statement that lets a sender's users and roles send as this party does.

    resources: only these; without any, the identity and the configuration set.
    """
    named = list(resources) or [str(party.identity), party.configuration_set_arn]
    actions = ["ses:SendEmail", "ses:SendRawEmail"]
    return json.dumps({"Effect": "Allow", "Action": actions, "Resource": named})
