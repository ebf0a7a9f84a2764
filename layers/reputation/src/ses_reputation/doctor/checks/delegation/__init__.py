"""Checks of what delegates may send."""
