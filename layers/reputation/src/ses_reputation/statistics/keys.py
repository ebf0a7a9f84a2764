"""The partitions of the ledger's table that reading statistics shares with assessments."""

DIAGNOSES = "DIAGNOSES"
SENDERS = "SENDERS"
STATISTICS = "STATISTICS"
