"""Delivery by mailbox provider: delays, and how sending addresses warm up."""
