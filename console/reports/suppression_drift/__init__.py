"""What became different in suppression lists, and where they disagree, as commands print it."""
