"""The weekly digest: where each party stands, what changed in a week, and what lasts."""
