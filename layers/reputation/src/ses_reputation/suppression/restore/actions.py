"""What people changed in a suppression list, who did it, and why: one record for each command.

    begun --+--> done          everything that was asked for is on the list, or off it
            +--> incomplete    some was refused or failed; `failed` says how much

A record is written before the first change, and again at the end. One that stays `begun` was cut off: some of
its changes were made. What changed lies in S3, since no key and no item here may hold an address.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ses_reputation.suppression.errors import ReasonHoldsAddressError
from ses_reputation.suppression.snapshot.location import name_run
from ses_reputation.suppression.targets import ROOT, Target

ACTIONS_ROOT = f"{ROOT}actions/"
"""The folder of the lists of changes in the bucket: it holds addresses."""
CHANGES_PER_PART = 100_000

_ADDRESS = re.compile(r"\S@\S")


class ActionKind(StrEnum):
    """Which command changed the list."""

    RESTORE = "restore"
    IMPORT = "import"
    ADD = "add"
    REMOVE = "remove"
    SYNC = "sync"


class ActionOutcome(StrEnum):
    """How far an action came."""

    BEGUN = "begun"
    DONE = "done"
    INCOMPLETE = "incomplete"


class Operation(StrEnum):
    """What is done with an address, in the words of SES's import jobs (SuppressionListImportAction)."""

    PUT = "PUT"
    DELETE = "DELETE"


class ListChange(NamedTuple):
    """One change of a list. reason: that of the entry that is put; "" where it is deleted."""

    email_address: str
    operation: Operation
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SuppressionAction:
    """One action of a person on one list.

    at: when it began; finished_at: when its last change was made, None while it is under way. why: in that
    person's words, without an address. puts, deletes: what was asked for; failed: how many of these were not
    done. parts: of how many objects the list of changes consists. jobs: the ids of SES's import jobs.
    """

    target: Target
    at: datetime
    id: str
    kind: ActionKind
    who: str
    why: str
    puts: int
    deletes: int
    parts: int
    outcome: ActionOutcome = ActionOutcome.BEGUN
    failed: int = 0
    finished_at: datetime | None = None
    jobs: tuple[str, ...] = ()

    @property
    def part_keys(self) -> list[str]:
        """The objects with the changes, in the order of addresses; each is a part as snapshots have them."""
        folder = f"{ACTIONS_ROOT}{self.target.path}{self.id}/"
        return [f"{folder}part-{number:05d}.ndjson.gz" for number in range(1, self.parts + 1)]


@dataclass(frozen=True, slots=True)
class Intent:
    """Who wants to change a list, and why."""

    kind: ActionKind
    who: str
    why: str

    def __post_init__(self) -> None:
        """Refuse an address in the reason: the record outlives what `forget` may delete.

        Raises ReasonHoldsAddressError.
        """
        if _ADDRESS.search(self.why):
            raise ReasonHoldsAddressError(
                "The reason holds an address. Say why without one, such as 'asked for by ticket 4711': the "
                "record is kept, and what changed is kept apart."
            )


def begin_action(
    target: Target, intent: Intent, changes: Sequence[ListChange], now: datetime
) -> SuppressionAction:
    """Return the record of an action that is about to begin."""
    puts = sum(change.operation is Operation.PUT for change in changes)
    parts = -(-len(changes) // CHANGES_PER_PART)
    return SuppressionAction(
        target=target,
        at=now,
        id=f"{name_run(now)}-{uuid.uuid4().hex[:8]}",
        kind=intent.kind,
        who=intent.who,
        why=intent.why,
        puts=puts,
        deletes=len(changes) - puts,
        parts=parts,
    )


def end_action(action: SuppressionAction, failed: int, now: datetime) -> SuppressionAction:
    """Return the record of an action that is over."""
    outcome = ActionOutcome.INCOMPLETE if failed else ActionOutcome.DONE
    return replace(action, outcome=outcome, failed=failed, finished_at=now)


def split_parts(changes: Sequence[ListChange]) -> Iterator[Sequence[ListChange]]:
    """Yield the changes of each part."""
    return (changes[at : at + CHANGES_PER_PART] for at in range(0, len(changes), CHANGES_PER_PART))
