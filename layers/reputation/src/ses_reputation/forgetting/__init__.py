"""Forgetting a person: the address leaves the ledger, the quarantine and every snapshot."""
