"""What SES has decided, as commands print it."""
