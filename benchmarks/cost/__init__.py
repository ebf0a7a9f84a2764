"""What a stack costs a month: counts, measured or read from the template, times dated prices."""
