"""Statements, as commands print them."""
