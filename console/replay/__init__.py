"""Archived notifications through the whole pipeline, on this machine."""
