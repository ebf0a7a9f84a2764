"""Sends: what is asked, whether it is allowed, what becomes of each recipient, and who hears of it."""
