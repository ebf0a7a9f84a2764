"""What snapshots say of addresses and lists, as people and programs read it."""
