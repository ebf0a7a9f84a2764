"""`ses-reputation forget`."""
