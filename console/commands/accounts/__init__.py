"""`ses-reputation accounts`: owners and delegates are registered, listed and taken out."""
