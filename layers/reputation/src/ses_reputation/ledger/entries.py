"""Entries: what a notification said of one recipient, kept for every adverse outcome but delays.

Delays are kept together; see ses_reputation.ledger.delays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.outcomes import DELAYED
from ses_reputation.ledger.fingerprint import fingerprint

if TYPE_CHECKING:
    from ses_reputation.feedback.reading import Observed

MOST_DETAIL_CHARACTERS = 4_000

Attributes = Mapping[str, str]
"""What an entry says, by name: `recipient`, `outcome`, `occurred_at`, ..., and the details of SES."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the account of a dispatch. Writing it again changes nothing but when it expires.

    `sort_key` holds outcome, dispatch and feed.
    """

    message_id: str
    sort_key: str
    attributes: Attributes
    expires_at: int


def is_delay(observation: Observation) -> bool:
    """Return whether an observation is of a mail that SES is still trying to deliver."""
    return observation.outcome in DELAYED


def entry_of(
    observed: "Observed", observation: Observation, arrived_at: datetime, retention: timedelta
) -> Entry:
    """Return the entry of an adverse observation; it expires `retention` after it arrived."""
    dispatch = fingerprint(observed.message_id, observation.recipient)
    sort_key = f"{observation.outcome.wire_name}#{dispatch.hex()}#{observed.feed}"
    expires_at = int((arrived_at + retention).timestamp())
    return Entry(observed.message_id, sort_key, attributes_of(observed, observation), expires_at)


def attributes_of(observed: "Observed", observation: Observation) -> dict[str, str]:
    """Return what is kept of an adverse observation."""
    attributes = {
        "recipient": observation.recipient,
        "occurred_at": observation.occurred_at,
        "outcome": observation.outcome.wire_name,
        "feed": str(observed.feed),
        "provider": observation.provider.wire_name,
        **observed.sender_hour._asdict(),
    }
    if observed.origin.owner:
        attributes["owner_account"] = observed.origin.owner
    if observed.configuration_set:
        attributes["configuration_set"] = observed.configuration_set
    for name, value in (observation.details or {}).items():
        attributes[name] = value[:MOST_DETAIL_CHARACTERS]
    return attributes
