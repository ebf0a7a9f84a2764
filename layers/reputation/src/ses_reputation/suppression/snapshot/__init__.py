"""A snapshot in S3: where it lies, its parts, its manifest, and how it is read."""
