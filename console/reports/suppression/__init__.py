"""Reports about suppression lists: runs over all of them, and what changed."""
