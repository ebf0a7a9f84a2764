"""The terminal: how printed text is laid out and worded."""
