"""The partitions of the ledger's table that reading statistics shares with assessments."""

DECISIONS = "DECISIONS"
DIAGNOSES = "DIAGNOSES"
SENDERS = "SENDERS"
STATISTICS = "STATISTICS"
