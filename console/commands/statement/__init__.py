"""The commands of `ses-reputation statement`."""
