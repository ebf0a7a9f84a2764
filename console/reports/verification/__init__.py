"""What `verify` prints: tables and causes for people, fields for programs."""
