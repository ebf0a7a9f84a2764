"""Whom the ledger believes: accounts that its stack lists, and those in Parameter Store."""
