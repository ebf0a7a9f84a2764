"""What SES itself says of an account's sending, and what the doctor finds there."""
