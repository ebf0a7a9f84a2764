"""Asking why: recorded actions first, then the ledger, then SES, each within what is left of its budget."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.suppression.changes.cause import (
    FORGOTTEN,
    NOT_LOOKED_UP,
    UNEXPLAINED,
    CauseKind,
    ChangeCause,
)
from ses_reputation.suppression.changes.ledger_causes import EntryAttributes, cause_of_message, find_cause
from ses_reputation.suppression.changes.recorded_actions import RecordedActions
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.changes.suppressed_destination import (
    MessageNamed,
    SuppressedDestinationReader,
)
from ses_reputation.suppression.errors import ListThrottledError
from ses_reputation.suppression.forgotten import is_hidden
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.targets import Target

# Refusals of SES for one address; the next address asks at a slower pace.
_ATTEMPTS = 3


class LedgerEntries(Protocol):
    """What causes need of the ledger (ledger/store.py, EntryTable). Raises UnavailableError."""

    def entries_of_recipient(self, recipient: str) -> Iterable[EntryAttributes]:
        """Yield the entries of a normalised recipient."""

    def entries_of_message(self, message_id: str) -> Iterable[EntryAttributes]:
        """Yield the entries of a message."""


@dataclass(slots=True)
class LookUps:
    """How many questions may still be asked: of the ledger by recipient or message, and of SES by address.

    SES lets an account make about a call a second of this operation, which its own programs need as well.
    """

    of_ledger: int = 0
    of_ses: int = 0

    def take_ledger(self) -> bool:
        """Take one question to the ledger; return whether there was one."""
        self.of_ledger -= 1
        return self.of_ledger >= 0

    def take_ses(self) -> bool:
        """Take one question to SES; return whether there was one."""
        self.of_ses -= 1
        return self.of_ses >= 0


@dataclass(slots=True)
class Explainer:
    """Says why rows of one list changed; it is asked in the order of rows."""

    target: Target
    ledger: LedgerEntries
    destinations: SuppressedDestinationReader
    left: LookUps
    pace: Pace
    actions: RecordedActions = field(default_factory=RecordedActions)

    def explain(self, change: RowChange) -> ChangeCause:
        """Return the cause of a change.

        What is not explained because nobody could be asked, or a budget is spent, is NOT_LOOKED_UP. Where the
        ledger or SES fails, it is not asked again.
        """
        if recorded := self.actions.find(change):
            return recorded
        if change.kind is ChangeKind.REMOVED:
            return UNEXPLAINED if self.actions.is_whole else NOT_LOOKED_UP
        if is_hidden(change.email_address):
            return FORGOTTEN
        try:
            return self._explain_entry(change)
        except UnavailableError:
            self.left.of_ledger = 0
            return NOT_LOOKED_UP

    def _explain_entry(self, change: RowChange) -> ChangeCause:
        if not self.left.take_ledger():
            return NOT_LOOKED_UP
        entries = self.ledger.entries_of_recipient(normalise_address(change.email_address))
        found, is_only = find_cause(entries, self.target, change.reason, change.last_update_time)
        if found and is_only:
            return found
        asked, named = self._ask_ses(change.email_address)
        if named and named.message_id:
            return self._explain_message(change, named)
        if named:
            return found or ChangeCause(CauseKind.NO_MESSAGE)
        return found or (UNEXPLAINED if asked else NOT_LOOKED_UP)

    def _explain_message(self, change: RowChange, named: MessageNamed) -> ChangeCause:
        is_asked = self.left.take_ledger()
        entries = list(self.ledger.entries_of_message(named.message_id)) if is_asked else []
        return cause_of_message(
            entries, change.email_address, change.reason, named.message_id, named.feedback_id
        )

    def _ask_ses(self, address: str) -> tuple[bool, MessageNamed | None]:
        """Return whether SES answered, and the message that it names for an address."""
        for _ in range(_ATTEMPTS):
            if not self.left.take_ses():
                return False, None
            self.pace.wait()
            try:
                named = self.destinations.fetch_message(address)
            except ListThrottledError:
                self.pace.slow_down()
                self.pace.throttled += 1
            except UnavailableError:
                self.left.of_ses = 0
            else:
                self.pace.speed_up()
                return True, named
        return False, None
