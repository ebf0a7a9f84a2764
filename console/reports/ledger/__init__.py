"""Balances, entries and messages as commands print them."""
