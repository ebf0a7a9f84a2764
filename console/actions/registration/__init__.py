"""Accounts come and go: in samconfig.toml, in Parameter Store, and with a stack of their own."""
