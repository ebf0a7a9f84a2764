"""The demo: an invented day of mail, and what the ledger must say of it."""
