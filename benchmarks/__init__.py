"""What the pipeline costs, measured: `python -m benchmarks`, or `make bench`."""
