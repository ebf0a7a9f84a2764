"""Checks of configuration sets."""
