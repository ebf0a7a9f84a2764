"""`ses-reputation suppression changes` and `drift`: what became different, and where lists disagree."""
