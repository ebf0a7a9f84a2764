"""What we keep: fingerprints, journal pages, entries, balances and their store."""
