"""One export run: claim it, read the list part by part, merge the parts."""
