"""The commands of `ses-reputation`: thin, one module for each group."""
