"""What the two feeds report of one mail, and what one of them misses."""
