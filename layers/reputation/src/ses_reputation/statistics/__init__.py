"""What SES itself says of an account's sending: its totals and its rates, to compare the ledger with."""
