"""The terminal: how everything that prints is laid out and worded."""
