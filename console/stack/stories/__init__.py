"""What is put together of what a stack keeps: a message, and standings of times gone by."""
