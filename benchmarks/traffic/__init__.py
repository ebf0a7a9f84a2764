"""Traffic by shape from one seeded source, as SQS records and as observed events."""
