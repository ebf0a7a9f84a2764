"""The facts of a statement, a module for each kind: what is stored, in the shapes of `view`."""
