"""The statement of a party: where it stands, how it came there, who caused it, and what to do."""
