"""What a run of posting leaves in the ledger's table, made without running it."""

from typing import Any

from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import balance_key
from ses_reputation.ledger.rows import changed_pieces, rows_of_run, values_of_balance


def rows_of_balance(balance: Balance) -> list[dict[str, Any]]:
    """A balance's own item, and its other pieces."""
    pk, sk = balance_key(balance.shard)
    return [{"pk": {"S": pk}, "sk": {"S": sk}, **values_of_balance(balance)}, *changed_pieces(balance, None)]


def rows_of_posting(balance: Balance) -> list[dict[str, Any]]:
    """The same, after what says that the account-day is about to change."""
    hour = balance.shard.segment.account_hour
    name = f"{hour.sending_account}{hour.region}{hour.send_hour}"
    return [*rows_of_run([balance.shard.segment], balance.posted_at, name), *rows_of_balance(balance)]
