"""Checks of accounts in SES."""
