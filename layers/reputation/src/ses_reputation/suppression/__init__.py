"""The suppression list: reading all of it, and keeping complete snapshots."""
