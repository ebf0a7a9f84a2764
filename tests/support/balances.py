"""Balances and hours for the tests of the console, made without a table."""

from datetime import UTC, datetime

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.ledger.posting import Balance
from ses_reputation.ledger.segments import Segment

ORIGIN = SenderHour("444455556666", "us-east-1", "example.com", "2026-11-22T10")


def balance_of(
    sender_hour: SenderHour = ORIGIN,
    segment: int = 0,
    counts: Counts | None = None,
    followed: Counts | None = None,
    coverage: Counts | None = None,
) -> Balance:
    figures = BalanceCounts(counts or {}, followed or {}, coverage or {})
    return Balance(Segment(sender_hour, segment), figures, 1, 0.5, datetime(2026, 11, 22, 11, tzinfo=UTC))
