"""How the commands are asked: the options that all share, their help, and the line that an error becomes."""
