"""Identities of the SES stand-in: verification, policies and notification topics, one state for v1 and v2."""
