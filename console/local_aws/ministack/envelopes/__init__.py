"""Signed envelopes: an authority of one run, its certificates, and what ministack signs with them."""
