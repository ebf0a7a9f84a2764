"""One mail as it was asked for, whichever API and content: what checks and events need of it."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import getaddresses

from console.local_aws.ses_stand_in.refusals import bad_request


def new_id() -> str:
    """Return an id as SES gives to messages and feedback: its first part is the time in milliseconds."""
    return f"0100{int(time.time() * 1_000):012x}-{uuid.uuid4()}-000000"


@dataclass(frozen=True, slots=True)
class AddressClaim:
    """An address that the mail uses as its own, and the identity that was named for it, if one was."""

    address: str
    identity_arn: str | None


@dataclass(frozen=True, slots=True)
class SesMail:
    """A mail. `claims` begins with that of the envelope sender, whose identity's owner hears of the mail."""

    source: str
    claims: tuple[AddressClaim, ...]
    feedback_address: str
    destination: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    is_raw: bool
    operation: str
    configuration_set: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    tenant: str | None = None
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    message_id: str = field(default_factory=new_id)

    @property
    def action(self) -> str:
        """The action that policies have to allow: raw content is ses:SendRawEmail in v2 as well (F3)."""
        return "ses:SendRawEmail" if self.is_raw else "ses:SendEmail"

    @property
    def from_address(self) -> str:
        """The bare address of the envelope sender."""
        return self.claims[0].address

    @property
    def display_name(self) -> str:
        """The name before the sender's address."""
        return getaddresses([self.source])[0][0]

    def header(self, name: str) -> str:
        """Return the first header of a name, "" where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def bare_address(text: str) -> str:
    """Return the address in `"Name" <a@b.example>`; raises RefusedRequestError.

    A comma in a display name without quotes makes two addresses of it, which SES refuses (fact F2).
    """
    found = [address for _, address in getaddresses([text])]
    if len(found) != 1 or "@" not in found[0]:
        raise bad_request(f"Illegal address: {text}")
    return found[0]


def bare_addresses(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses in some fields, which may hold several each."""
    return tuple(address for _, address in getaddresses(list(texts)) if address)
