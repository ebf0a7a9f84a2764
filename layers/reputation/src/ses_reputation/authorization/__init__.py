"""Sending authorization: the policies of an identity, and what revoking a delegate makes of them."""
