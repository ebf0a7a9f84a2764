"""Whether SNS wrote an envelope: what it signs, with which certificates, and who vouches for those."""
