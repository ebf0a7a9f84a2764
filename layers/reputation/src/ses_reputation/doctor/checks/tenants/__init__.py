"""Checks of tenants."""
