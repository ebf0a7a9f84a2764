"""Sending-authorization policies as commands print them."""
