"""What the ledger holds: balances, entries, one message; and how balances are computed again."""
