"""A stack, local or deployed: how it is found, and what is read from it."""
