"""The project's own stack on the embedded AWS, and what its ledger holds."""
