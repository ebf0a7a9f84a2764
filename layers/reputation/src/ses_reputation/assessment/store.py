"""The ledger's table as an assessment sees it."""

from ses_reputation.notifications.outbox_store import OutboxTable
from ses_reputation.rollup.store import RollupTable
from ses_reputation.standing.rows import statistics_of_row
from ses_reputation.standing.store import StandingTable
from ses_reputation.statistics.decision_rows import readable_decisions
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.diagnosis_rows import diagnoses_of_row
from ses_reputation.statistics.keys import DECISIONS, DIAGNOSES, STATISTICS
from ses_reputation.statistics.send_statistics import SendStatistics


class AssessmentTable(RollupTable, StandingTable, OutboxTable):
    """What the rollup, standings and the outbox keep, what SES counted, and what the doctor found.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read.
    """

    def read_statistics(self) -> list[SendStatistics]:
        """Return the last reading of what SES counted, of each account and Region that was read."""
        return [statistics_of_row(row) for row in self._items.partition(STATISTICS)]

    def read_decisions(self) -> list[SesDecision]:
        """Return the latest decision of SES about each place, without what cannot be read: that is read
        again, and keeps nobody from being assessed."""
        return list(readable_decisions(self._items.partition(DECISIONS)))

    def read_diagnoses(self) -> list[PlaceDiagnoses]:
        """Return what the doctor last found, of each account and Region that it looked at."""
        return [diagnoses_of_row(row) for row in self._items.partition(DIAGNOSES)]
