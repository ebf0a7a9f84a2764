"""Checks of the ledger's queue."""
