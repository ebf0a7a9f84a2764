"""What an operator runs: the command line, and the AWS that it can embed."""
