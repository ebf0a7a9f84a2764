"""Checks of dedicated pools."""
