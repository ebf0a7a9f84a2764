"""Balances as the posting function writes them, by their counts, made without a table."""

from datetime import UTC, datetime

from ses_reputation.feedback.origins import AccountHour, SenderHour
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard

SENDER_HOUR = SenderHour("444455556666", "us-east-1", "example.com", "2026-11-22T10")


def posted_balance(
    sender_hour: SenderHour = SENDER_HOUR,
    segment: int = 0,
    counts: Counts | None = None,
    followed: Counts | None = None,
    coverage: Counts | None = None,
) -> Balance:
    """The balance of an account-hour in which one identity sent."""
    account, region, identity, hour = sender_hour
    figures = {identity: BalanceCounts(counts or {}, followed or {}, coverage or {})}
    shard = Shard(Segment(AccountHour(account, region, hour), segment))
    return Balance(shard, pack_figures(figures), 1, 0.5, datetime(2026, 11, 22, 11, tzinfo=UTC))
