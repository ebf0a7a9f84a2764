"""What the ledger means: windows, rates, standings, findings, and who is told of them."""
