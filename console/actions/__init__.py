"""What commands change, each only on a person's order."""
