"""Checks of identities."""
