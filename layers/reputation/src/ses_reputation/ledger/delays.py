"""Delays: what SES said of mail that it is still trying to deliver, packed batch by batch.

SES repeats a delay until the mail is delivered or bounces, and it matters for hours. So the delays of a batch
share one item, which is found by the account and the day, in place of an item and an index key for each.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from ses_reputation.feedback.observations import Observation
from ses_reputation.hours import Day, day_of
from ses_reputation.ledger.entries import attributes_of

if TYPE_CHECKING:
    from ses_reputation.feedback.reading import Observed

# An item of DynamoDB holds 400 KB (409,600 bytes); compressed, these take a tenth.
MOST_PAGE_BYTES = 390_000


@dataclass(frozen=True, slots=True)
class DelayPage:
    """The delays of one account and Region that one batch reported.

    day: when they arrived (UTC). content: compressed JSON, a sorted list of what an entry says, each with
    `message_id`. expires_at: epoch seconds.
    """

    sending_account: str
    region: str
    day: Day
    content: bytes
    expires_at: int

    @property
    def digest(self) -> str:
        """Its sort key: the same delays always have the same."""
        return digest_of_delays(self.content)


ReportedDelay = tuple[bytes, str]
"""A delay as JSON, and the queue message that reports it."""


def delay_of(observed: "Observed", observation: Observation) -> bytes:
    """Return one delay as JSON."""
    return encode_delay({"message_id": observed.message_id, **attributes_of(observed, observation)})


def encode_delay(delay: Mapping[str, str]) -> bytes:
    """Return names and text, with `message_id`, as one delay in JSON."""
    return json.dumps(delay, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def delay_pages(
    delays: Iterable[ReportedDelay], account: tuple[str, str], arrived_at: datetime, retention: timedelta
) -> Iterator[tuple[DelayPage, Sequence[str]]]:
    """Yield the delays of an account and Region in pages, each with the messages that report them."""
    day, expires_at = day_of(arrived_at), int((arrived_at + retention).timestamp())
    for together in _by_size(sorted(delays)):
        content = pack_delays({delay for delay, _ in together})
        yield DelayPage(*account, day, content, expires_at), [message for _, message in together]


def _by_size(delays: Sequence[ReportedDelay]) -> Iterator[list[ReportedDelay]]:
    together: list[ReportedDelay] = []
    size = 0
    for delay in delays:
        length = len(delay[0]) + 1
        if together and size + length > MOST_PAGE_BYTES:
            yield together
            together, size = [], 0
        together.append(delay)
        size += length
    yield together


def pack_delays(delays: Iterable[bytes]) -> bytes:
    """Return the content of a page of these delays."""
    return zlib.compress(b"[%b]" % b",".join(sorted(delays)), level=6)


def digest_of_delays(content: bytes) -> str:
    """Return the sort key of a page with this content."""
    return blake2b(content, digest_size=12).hexdigest()


def unpack_delays(content: bytes) -> list[dict[str, str]]:
    """Return the delays of a page as names and text, with `message_id`."""
    delays: list[dict[str, str]] = json.loads(zlib.decompress(content))
    return delays
