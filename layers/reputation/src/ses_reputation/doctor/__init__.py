"""The doctor: what is set up in each account and Region, and what of it is wrong."""
