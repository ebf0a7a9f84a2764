"""Other accounts: how they are reached, who is registered, and what a stack in one of them sets in SES."""
