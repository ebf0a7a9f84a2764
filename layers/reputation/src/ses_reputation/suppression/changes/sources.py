"""Who is asked for the causes of a list's changes: opened anew for each comparison."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ses_reputation.errors import StateError, UnavailableError
from ses_reputation.ledger.store import EntryTable
from ses_reputation.suppression.changes.explaining import Explainer, LedgerEntries, LookUps
from ses_reputation.suppression.changes.recorded_actions import RecordedActions
from ses_reputation.suppression.changes.suppressed_destination import SuppressedDestinationReader
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore.action_store import ActionTable
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.store import SnapshotStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# An action that began before a list was read may have gone on: import jobs take hours.
_LONGEST_ACTION = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CauseLedger:
    """What of the ledger says why lists changed: entries of mail, and records of what people did."""

    entries: LedgerEntries
    actions: ActionTable

    @classmethod
    def of_table(cls, client: "DynamoDBClient", table: str) -> "CauseLedger":
        """Return what is in the ledger's table."""
        return cls(EntryTable(client, table), ActionTable(client, table))


@dataclass(frozen=True, slots=True)
class CauseSources:
    """The ledger, the records of actions, and SES's word on one list, at the pace of its account."""

    store: SnapshotStore
    ledger: CauseLedger
    destinations: SuppressedDestinationReader
    pace: Pace
    now: Callable[[], datetime]

    def open_explainer(self, predecessor: Manifest, left: LookUps) -> Explainer:
        """Make what explains the changes of a list since a snapshot of it."""
        target = predecessor.run.target
        first = predecessor.started_at - _LONGEST_ACTION
        try:
            actions = list(self.ledger.actions.actions_of(target, first, self.now()))
            recorded = RecordedActions.between(self.store, actions)
        except (UnavailableError, StateError):
            recorded = RecordedActions(is_whole=False)
        return Explainer(target, self.ledger.entries, self.destinations, left, self.pace, recorded)
