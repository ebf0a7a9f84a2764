"""Balances as the posting function writes them, by their counts, made without a table."""

from datetime import UTC, datetime
from typing import Any

from ses_reputation.feedback.origins import AccountHour, SenderHour
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import balance_key
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.rows import changed_pieces, values_of_balance
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


def items_of_balance(balance: Balance) -> list[dict[str, Any]]:
    """The items of a balance in the ledger's table, its own first."""
    pk, sk = balance_key(balance.shard)
    return [{"pk": {"S": pk}, "sk": {"S": sk}, **values_of_balance(balance)}, *changed_pieces(balance, None)]
