"""Configuration sets of the SES stand-in, and their event destinations."""
