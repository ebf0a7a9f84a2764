"""Changing suppression lists: restores, imports, single changes, and the record of who made them."""
