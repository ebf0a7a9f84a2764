"""Proof by mail: what is sent to SES's mailbox simulator, what must come of it, and who looks for it."""
