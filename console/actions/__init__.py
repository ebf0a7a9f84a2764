"""What commands change, each only because a person said so."""
