"""Entries: what a notification said of one recipient, kept for every adverse outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.outcomes import DELAYED
from ses_reputation.feedback.reading import Observed
from ses_reputation.hours import day_of

MOST_DETAIL_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the account of a dispatch. Writing it again changes nothing but when it expires.

    `attributes` maps names to text; `sort_key` holds outcome, dispatch, feed and, for a delay, its time.
    """

    message_id: str
    sort_key: str
    attributes: Mapping[str, str]
    expires_at: int


def entry_of(
    observed: Observed, observation: Observation, dispatch: bytes, arrived_at: datetime, retention: timedelta
) -> Entry:
    """Return the entry of an adverse observation; it expires `retention` after it arrived."""
    outcome = observation.outcome
    sort_key = f"{outcome.wire_name}#{dispatch.hex()}#{observed.feed}"
    if outcome in DELAYED:
        sort_key += f"#{observation.occurred_at}"
    expires_at = int((arrived_at + retention).timestamp())
    return Entry(observed.message_id, sort_key, _attributes(observed, observation), expires_at)


def _attributes(observed: Observed, observation: Observation) -> dict[str, str]:
    sender_hour, day = observed.sender_hour, day_of(observation.occurred_at)
    attributes = {
        "recipient": observation.recipient,
        "occurred_at": observation.occurred_at,
        "account_day": f"{sender_hour.sending_account}#{sender_hour.region}#{day}",
        "outcome": observation.outcome.wire_name,
        "feed": str(observed.feed),
        "provider": observation.provider.wire_name,
        **sender_hour._asdict(),
    }
    if observed.owner_account:
        attributes["owner_account"] = observed.owner_account
    if observed.configuration_set:
        attributes["configuration_set"] = observed.configuration_set
    for name, value in (observation.details or {}).items():
        attributes[name] = value[:MOST_DETAIL_CHARACTERS]
    return attributes
