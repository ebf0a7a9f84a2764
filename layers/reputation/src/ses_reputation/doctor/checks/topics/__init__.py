"""Checks of the topics that SES publishes to."""
