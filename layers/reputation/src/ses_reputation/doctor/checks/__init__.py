"""What can be wrong: one check a module, each with a function `check` of one signature."""
