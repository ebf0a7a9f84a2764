"""An acceptance test in a real AWS account: `make acceptance PROFILE=...`; pytest collects none of it."""
