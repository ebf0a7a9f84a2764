"""The health of feeds: what is found of them, and what each of them tells, sender by sender."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.findings.feed_coverage.detector import find_coverage_gaps
from ses_reputation.findings.feed_coverage.reported import (
    KINDS,
    Cell,
    Tellings,
    feed_cells,
    newest_told,
    sum_tellings,
)
from ses_reputation.findings.finding import Sighting
from ses_reputation.findings.missing_outcomes import find_unaccounted_mail
from ses_reputation.findings.missing_sends import find_missing_sends
from ses_reputation.findings.outcomes_by_set import UnaccountedMail, account_for_mail
from ses_reputation.ledger.hour_balance import SenderHour
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import Book, BookKind, Sender


def find_feed_faults(
    book: Book, hours: Iterable[SenderHour], days: Iterable[DayBalance], now: datetime
) -> list[Sighting]:
    """Return what is wrong with the feeds that a book's figures come from.

    Of an identity: COVERAGE_GAP, what one of two feeds misses (see `coverage`). Of an account in its Region:
    UNACCOUNTED_MAIL, sends without an outcome, and SENDS_MISSING by configuration set; these are faults of
    the account's own feed, whatever identity it sends with.

    hours: sender-hours of today and yesterday (UTC); days: day balances of at least the 30 days before; those
    of other books are left out. now: aware UTC.
    """
    if book.kind is BookKind.IDENTITY:
        return find_coverage_gaps(book, hours, days, now)
    own_days = [day for day in days if _is_of(book, day.sender)]
    own_cells = [cell for cell in feed_cells(hours, own_days, now) if _is_of(book, cell.sender)]
    return [find_unaccounted_mail(book, own_days, now), *find_missing_sends(book, own_cells)]


def _is_of(book: Book, sender: Sender) -> bool:
    return (sender.account, sender.region) == (book.name, book.region)


@dataclass(frozen=True, slots=True)
class FeedView:
    """What the two feeds told of one sender's mail in the last 30 days.

    sets: by configuration set. sender_last_told, owner_last_told: the newest hour (of today and yesterday) or
    day of sending of which a feed told anything, "" where it never did: it is not set up. unaccounted: None
    where nothing was sent in the week before the horizon.
    """

    sender: Sender
    told: Tellings
    sets: Mapping[str, Tellings]
    sender_last_told: str
    owner_last_told: str
    set_last_told: Mapping[str, str]
    unaccounted: UnaccountedMail | None

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON.

        sending_account, region, identity; sender_feed and owner_feed: is_set_up, last_told (or null) and told
        (sends, delivered, bounced, complained: facts); coverage: by kind, owner_only, sender_only and both;
        configuration_sets: by name, sends, last_told (by the sender's feed, or null) and coverage;
        unaccounted: first_day, last_day, sends, without_outcome and share, or null.
        """
        return {
            "sending_account": self.sender.account,
            "region": self.sender.region,
            "identity": self.sender.identity,
            "sender_feed": {
                "is_set_up": bool(self.sender_last_told),
                "last_told": self.sender_last_told or None,
                "told": {"sends": self.told.sends}
                | {kind: self.told.of_kind(kind).by_sender for kind in KINDS},
            },
            "owner_feed": {
                "is_set_up": bool(self.owner_last_told),
                "last_told": self.owner_last_told or None,
                "told": {kind: self.told.of_kind(kind).by_owner for kind in KINDS},
            },
            "coverage": _coverage(self.told),
            "configuration_sets": {
                name: {
                    "sends": told.sends,
                    "last_told": self.set_last_told[name] or None,
                    "coverage": _coverage(told),
                }
                for name, told in sorted(self.sets.items())
            },
            "unaccounted": self.unaccounted.as_json() if self.unaccounted else None,
        }


def view_feeds(hours: Iterable[SenderHour], days: Iterable[DayBalance], now: datetime) -> list[FeedView]:
    """Return what the feeds of each sender told, sorted by account, Region and identity.

    hours: sender-hours of today and yesterday (UTC); days: day balances of the 30 days before; now: aware
    UTC.
    """
    days = list(days)
    by_sender: dict[Sender, list[Cell]] = {}
    for cell in feed_cells(hours, days, now):
        by_sender.setdefault(cell.sender, []).append(cell)
    return [
        _view(sender, by_sender[sender], [day for day in days if day.sender == sender], now)
        for sender in sorted(by_sender)
    ]


def _view(sender: Sender, cells: Sequence[Cell], days: Sequence[DayBalance], now: datetime) -> FeedView:
    by_set: dict[str, list[Cell]] = {}
    for cell in cells:
        by_set.setdefault(cell.configuration_set, []).append(cell)
    return FeedView(
        sender,
        sum_tellings(cells),
        {name: sum_tellings(own) for name, own in by_set.items()},
        newest_told(cells, lambda told: told.by_sender),
        newest_told(cells, lambda told: told.by_owner),
        {name: newest_told(own, lambda told: told.by_sender) for name, own in by_set.items()},
        account_for_mail(days, now),
    )


def _coverage(told: Tellings) -> dict[str, dict[str, int]]:
    return {kind: told.of_kind(kind)._asdict() for kind in KINDS}
