"""Messages that are not journaled: kept whole, with the reason, so that nothing is lost."""
