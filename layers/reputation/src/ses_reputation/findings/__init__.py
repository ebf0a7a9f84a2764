"""What is found beside a standing: one detector a file, all of one signature."""
