"""Statements: opened by a link, and written to files."""
