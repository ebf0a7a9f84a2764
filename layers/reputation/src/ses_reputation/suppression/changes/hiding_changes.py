"""Changes since a predecessor that still has the address of somebody who was forgotten meanwhile."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.forgotten import ForgottenPeople, is_hidden


@dataclass(slots=True)
class HidingChanges:
    """Leaves out what only says that a row is hidden now: the address that went, and the hash that came.

    moved: what stands for people whose rows of before had an address so far. Hidden rows are behind all
    others, so it is known by then. Where the person left the list in that very time, or has another reason
    now, this is left out, too.
    """

    people: ForgottenPeople
    moved: set[str] = field(default_factory=set)

    def keep(self, changes: Iterable[RowChange]) -> Iterator[RowChange]:
        """Yield the other changes, in their order."""
        for change in changes:
            address = change.email_address
            if is_hidden(address):
                if change.kind is not ChangeKind.ADDED or address not in self.moved:
                    yield change
            elif change.kind is ChangeKind.REMOVED and self.people.knows(address):
                self.moved.add(self.people.hide(address))
            else:
                yield change
