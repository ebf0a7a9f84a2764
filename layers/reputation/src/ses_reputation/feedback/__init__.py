"""What SES said: envelopes, both dialects, provenance, observations."""
