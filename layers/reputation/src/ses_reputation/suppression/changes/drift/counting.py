"""Counting the recipients on whom lists and ledger disagree, in a book that is filled."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.findings import (
    DeliveredSince,
    MissingFromList,
    RepeatedSoftBounces,
    UnsuppressedElsewhere,
    find_delivered,
    find_lists,
    find_missing,
    find_soft_bounces,
    find_unsuppressed,
)
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts, DriftKind, DriftPlace


class DriftFinding(NamedTuple):
    """A finding, of a recipient and the lists of an account and Region.

    identity: with which mail was sent, "" where a kind names none. is_removed: somebody took the recipient
    off a list there since, on purpose.
    """

    account: str
    region: str
    recipient: str
    identity: str
    is_removed: bool
    found: UnsuppressedElsewhere | MissingFromList | DeliveredSince | RepeatedSoftBounces


@dataclass(frozen=True, slots=True)
class RecipientCounts:
    """Recipients of one kind of finding, each in their normal form.

    places: each counts once for an account and Region, whatever is found of it there. labels: what they are
    found by; each counts once for every label that it has. removed: who was taken off on purpose, in no other
    number.
    """

    places: Counter[DriftPlace]
    labels: Counter[str]
    removed: int

    @property
    def total(self) -> int:
        """All, each once for an account and Region."""
        return self.places.total()


def find_drift(book: DriftBook, kind: DriftKind, least_days: int) -> Iterator[DriftFinding]:
    """Yield the findings of a kind, those of one recipient in one account and Region together.

    least_days: of soft bounces.
    """
    match kind:
        case DriftKind.UNSUPPRESSED_ELSEWHERE:
            yield from map(_of_identity, find_unsuppressed(book))
        case DriftKind.MISSING_FROM_LIST:
            yield from map(_of_identity, find_missing(book))
        case DriftKind.DELIVERED_SINCE:
            for each in find_delivered(book):
                yield DriftFinding(
                    each.account, each.region, normalise_address(each.address), "", False, each
                )
        case DriftKind.REPEATED_SOFT_BOUNCES:
            for soft in find_soft_bounces(book, least_days):
                yield DriftFinding(soft.account, soft.region, soft.recipient, "", False, soft)


def _of_identity(found: UnsuppressedElsewhere | MissingFromList) -> DriftFinding:
    return DriftFinding(found.account, found.region, found.recipient, found.identity, found.is_removed, found)


def count_recipients(
    kind: DriftKind, findings: Iterable[DriftFinding], label: Callable[[Any], str]
) -> RecipientCounts:
    """Return how many recipients findings of a kind are of, as find_drift yields them.

    label: of what is found, what it is counted by besides.
    """
    places, labels, removed = Counter[DriftPlace](), Counter[str](), 0
    for (account, region, _), of_one in groupby(findings, key=lambda each: each[:3]):
        drifted = [each for each in of_one if not each.is_removed]
        if not drifted:
            removed += 1
            continue
        identities = {each.identity for each in drifted} - {""}
        places[DriftPlace(kind, account, region, tuple(sorted(identities)))] += 1
        labels.update({label(each.found) for each in drifted})
    return RecipientCounts(places, labels, removed)


def counts_to_keep(
    book: DriftBook,
    counts: Iterable[RecipientCounts],
    counted_at: datetime,
    *,
    days: int,
    hours_left_out: int,
) -> DriftCounts:
    """Return what was counted in a book as statements have it; days, hours_left_out: as DriftCounts says."""
    places = Counter[DriftPlace]()
    for each in counts:
        places += each.places
    return DriftCounts(counted_at, days, tuple(find_lists(book)), hours_left_out, places)
