"""What the SES stand-in keeps for an account in a Region, and the operations on the account as a whole."""
