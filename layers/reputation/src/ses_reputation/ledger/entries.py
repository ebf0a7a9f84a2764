"""Entries: what a notification said of one recipient, kept for every adverse outcome but delays.

Delays are kept together; see ses_reputation.ledger.delays.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.outcomes import DELAYED
from ses_reputation.ledger.shards import fingerprint

if TYPE_CHECKING:
    from ses_reputation.feedback.reading import Observed

MOST_DETAIL_CHARACTERS = 4_000
INDEXED = ("recipient", "occurred_at")
"""What an index goes by, and is not packed."""
# What entries have in common, for zlib to refer to. Stored entries cannot be read without these very bytes.
_COMMON = (
    b"smtp; 452 4.2.2 mailbox full smtp; 554 5.7.1 rejected smtp; 550 5.1.1 user unknown "
    b"dns; .smtp-out.amazonses.com noreply-abuse-fraud-virus T00:00:00.000Z us-east-1 eu-west-1 "
    b'"other","yahoo","apple","microsoft","gmail","owner","sender","complained_abuse","undetermined",'
    b'"bounced_transient_general","bounced_permanent_general","action":"failed","status":"5.1.1",'
    b'"arrival_date":"202","user_agent":"","complaint_feedback_type":"abuse","complaint_subtype":"",'
    b'"diagnostic_code":"smtp; 550 5.1.1 ","remote_mta_ip":"","reporting_mta":"dns; ",'
    b'"feedback_id":"01000","bounce_subtype":"General","bounce_type":"Transient","bounce_type":"Permanent",'
    b'"configuration_set":"","owner_account":"","send_hour":"202","identity":"","region":"us-east-1",'
    b'"sending_account":"","provider":"other","feed":"sender","outcome":"bounced_permanent_'
)

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


def pack_attributes(attributes: Attributes) -> bytes:
    """Return all but what is indexed, compressed: entries are most of what the ledger stores."""
    packed = {name: value for name, value in attributes.items() if name not in INDEXED}
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False).encode()
    compress = zlib.compressobj(level=6, wbits=-zlib.MAX_WBITS, zdict=_COMMON)
    return compress.compress(text) + compress.flush()


def unpack_attributes(content: bytes) -> dict[str, str]:
    """Return what was packed, as names and text."""
    decompress = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_COMMON)
    attributes: dict[str, str] = json.loads(decompress.decompress(content) + decompress.flush())
    return attributes
