"""Counting how often lists and ledger disagree, in a book that is filled."""

from collections.abc import Iterator
from datetime import datetime

from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.findings import (
    find_delivered,
    find_lists,
    find_missing,
    find_soft_bounces,
    find_unsuppressed,
)
from ses_reputation.suppression.changes.drift.kept_counts import (
    DriftCounts,
    DriftFinding,
    DriftKind,
    count_recipients,
)


def count_drift(
    book: DriftBook, counted_at: datetime, *, days: int, hours_left_out: int, least_days: int
) -> DriftCounts:
    """Return the recipients that a filled book disagrees on, counted by kind, account and identities.

    days, hours_left_out: what it was filled with, as DriftCounts has it. least_days: of soft bounces.
    """
    found = count_recipients(_found(book, least_days))
    return DriftCounts(counted_at, days, tuple(find_lists(book)), hours_left_out, found)


def _found(book: DriftBook, least_days: int) -> Iterator[DriftFinding]:
    """Yield each finding; who was taken off a list on purpose is missing by intent."""
    for lacking in find_unsuppressed(book):
        place, whose = (lacking.account, lacking.region), (lacking.identity, lacking.recipient)
        yield DriftFinding(DriftKind.UNSUPPRESSED_ELSEWHERE, *place, *whose)
    for missing in find_missing(book):
        if not missing.is_removed:
            place, whose = (missing.account, missing.region), (missing.identity, missing.recipient)
            yield DriftFinding(DriftKind.MISSING_FROM_LIST, *place, *whose)
    for delivered in find_delivered(book):
        place = delivered.account, delivered.region
        yield DriftFinding(DriftKind.DELIVERED_SINCE, *place, "", delivered.address)
    for repeated in find_soft_bounces(book, least_days):
        place = repeated.account, repeated.region
        yield DriftFinding(DriftKind.REPEATED_SOFT_BOUNCES, *place, "", repeated.recipient)
