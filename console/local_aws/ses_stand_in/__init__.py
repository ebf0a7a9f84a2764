"""A stand-in for SES: suppression lists and statistics, held to SES's own answers by contract tests."""
