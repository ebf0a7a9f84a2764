"""Messages that are not booked: kept whole, with the reason, so that nothing is lost."""
