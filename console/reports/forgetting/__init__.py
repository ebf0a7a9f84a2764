"""The certificate of what was forgotten."""
