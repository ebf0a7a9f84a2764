"""What is wrong apart from the standing: one detector a file, all of one signature."""
