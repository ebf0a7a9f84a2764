"""What the journal can be asked about."""
