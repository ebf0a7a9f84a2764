"""What the demo's figures must be, worked out without the library."""
