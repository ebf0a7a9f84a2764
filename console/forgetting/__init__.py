"""Forgetting a person on a stack: what is opened for it, and what the certificate says."""
