"""Checks of the subscriptions of the ledger's queue."""
