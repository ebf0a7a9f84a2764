"""The partitions of the ledger's table that reading statistics shares with assessments."""

SENDERS = "SENDERS"
STATISTICS = "STATISTICS"
