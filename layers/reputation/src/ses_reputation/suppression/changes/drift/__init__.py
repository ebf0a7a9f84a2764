"""Where lists and ledger disagree: what the next bounce or complaint can be predicted from."""
