"""The steps of a run, one file each, each with one function of one signature: (Run) -> what it saw."""
