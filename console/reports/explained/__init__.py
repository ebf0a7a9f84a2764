"""What `standing explain` says besides an entity's figures: what they assume, and what SES goes by."""
