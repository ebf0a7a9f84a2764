"""`ses-reputation suppression find`, `history`, `list` and `stats`: snapshots are asked, SES is not."""
