"""Deliveries to suppressed recipients, as far as the journal can tell.

A page names a dispatch by a fingerprint of message and recipient: who knows both can ask whether it arrived,
nobody can ask who was mailed. So only messages that an entry or a delay names can be asked about.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import DELIVERED
from ses_reputation.ledger.balance_store import PagesRead
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, dispatch_number, shards_that_may_hold
from ses_reputation.suppression.changes.drift.book import Delivered, DriftBook


class AskedDispatch(NamedTuple):
    """A message to a recipient of whom it is asked whether it got it."""

    identity: str
    message_id: str
    recipient: str


class DeliveryPages(Protocol):
    """What is asked of the journal (ledger/store.py, BalanceTable). Raises UnavailableError and PageError."""

    def read_pages(self, shard: Shard) -> PagesRead:
        """Read all pages of a shard itself."""


@dataclass(frozen=True, slots=True)
class JournalSearch:
    """What a search of the journal came to. hours_left_out: account-hours that the bound left unread."""

    deliveries: list[Delivered]
    hours_read: int
    hours_left_out: int


def search_journal(book: DriftBook, journal: DeliveryPages, most_hours: int) -> JournalSearch:
    """Look for deliveries of messages that were sent after an entry for a bounce of their recipient.

    The newest account-hours are read, so many at most: each takes up to 33 queries.
    """
    asked = _ask_for_dispatches(book)
    newest = sorted(asked, key=lambda hour: (hour.send_hour, hour), reverse=True)
    deliveries = [
        delivery for hour in islice(newest, most_hours) for delivery in _search(journal, hour, asked[hour])
    ]
    return JournalSearch(deliveries, min(len(newest), most_hours), max(0, len(newest) - most_hours))


def _ask_for_dispatches(book: DriftBook) -> Mapping[AccountHour, list[AskedDispatch]]:
    query = """
        SELECT DISTINCT r.account, r.region, r.send_hour, r.identity, r.message_id, r.recipient
        FROM listed l JOIN reported r ON r.recipient = l.recipient
        WHERE l.reason = 'BOUNCE' AND r.kind IN ('BOUNCE', 'soft', 'delay') AND r.send_hour > l.updated_at"""
    asked: defaultdict[AccountHour, list[AskedDispatch]] = defaultdict(list)
    for account, region, send_hour, *dispatch in book.ask(query):
        asked[AccountHour(account, region, send_hour)].append(AskedDispatch(*dispatch))
    return asked


def _search(journal: DeliveryPages, hour: AccountHour, asked: Iterable[AskedDispatch]) -> Iterator[Delivered]:
    by_fingerprint = {dispatch_number(each.message_id, each.recipient): each for each in asked}
    found: set[int] = set()
    for shard in shards_that_may_hold(Segment(hour), by_fingerprint):
        for run in journal.read_pages(shard).runs:
            if run.outcome in DELIVERED:
                found |= by_fingerprint.keys() & set(run.fingerprints)
    for number in sorted(found):
        identity, message_id, recipient = by_fingerprint[number]
        yield Delivered(*hour[:2], identity, message_id, recipient, hour.send_hour, hour.send_hour)
