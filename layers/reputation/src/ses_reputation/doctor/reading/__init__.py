"""How facts are read: call by call, paced, and each failure kept."""
