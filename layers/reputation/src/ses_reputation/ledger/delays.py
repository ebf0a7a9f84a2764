"""Delays: what SES said of mail that it is still trying to deliver, packed batch by batch.

SES repeats a delay until the mail is delivered or bounces, and it matters for hours. So the delays of a batch
share one item, which is found by the account and the day, in place of an item and an index key for each.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
        return blake2b(self.content, digest_size=12).hexdigest()


@dataclass(slots=True)
class DelaysDraft:
    """The delays of one account that a batch reports, as JSON, with the queue messages that report them."""

    delays: list[tuple[str, str]] = field(default_factory=list)

    def add(self, queue_message: str, observed: "Observed", observation: Observation) -> None:
        """Write down one delay."""
        delay = {"message_id": observed.message_id, **attributes_of(observed, observation)}
        text = json.dumps(delay, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        self.delays.append((text, queue_message))

    def pages(
        self, account: tuple[str, str], arrived_at: datetime, retention: timedelta
    ) -> Iterator[tuple[DelayPage, Sequence[str]]]:
        """Yield the delays of an account and Region in pages, each with the messages that report them."""
        day, expires_at = day_of(arrived_at), int((arrived_at + retention).timestamp())
        for together in _by_size(sorted(self.delays)):
            distinct = sorted({text for text, _ in together})
            content = zlib.compress(f"[{','.join(distinct)}]".encode(), level=6)
            yield DelayPage(*account, day, content, expires_at), [message for _, message in together]


def _by_size(delays: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    together: list[tuple[str, str]] = []
    size = 0
    for delay in delays:
        length = len(delay[0].encode()) + 1
        if together and size + length > MOST_PAGE_BYTES:
            yield together
            together, size = [], 0
        together.append(delay)
        size += length
    yield together


def unpack_delays(content: bytes) -> list[dict[str, str]]:
    """Return the delays of a page as names and text, with `message_id`."""
    delays: list[dict[str, str]] = json.loads(zlib.decompress(content))
    return delays
