"""What became different between two snapshots of a list, why, and where lists and ledger disagree."""
