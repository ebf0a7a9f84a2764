"""Where an entity stands: its evaluation, its state, and the changes from one to the next."""
