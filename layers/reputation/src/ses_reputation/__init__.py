"""The library behind every function: what SES said, what we keep of it, and the suppression list."""
