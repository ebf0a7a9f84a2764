"""What is wrong, risky or without effect in sending-authorization policies: one kind of check a module."""
