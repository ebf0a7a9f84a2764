"""The ledger's table as an assessment sees it."""

from typing import TYPE_CHECKING

from ses_reputation.notifications.outbox_store import OutboxTable
from ses_reputation.rollup.store import RollupTable
from ses_reputation.standing.rows import statistics_of_row
from ses_reputation.standing.store import StandingTable
from ses_reputation.statistics.keys import STATISTICS
from ses_reputation.statistics.send_statistics import SendStatistics

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AssessmentTable(RollupTable, StandingTable, OutboxTable):
    """What the rollup, standings and the outbox keep, and what SES counted.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table)

    def read_statistics(self) -> list[SendStatistics]:
        """Return the last reading of what SES counted, of each account and Region that was read."""
        return [statistics_of_row(row) for row in self._items.partition(STATISTICS)]
