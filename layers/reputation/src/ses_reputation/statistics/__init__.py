"""What SES itself says of an account's sending: its totals and its rates, read beside the ledger."""
