"""What was read of accounts, and what could not be."""
