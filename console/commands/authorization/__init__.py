"""`ses-reputation authorize`: what lets others send with an identity."""
