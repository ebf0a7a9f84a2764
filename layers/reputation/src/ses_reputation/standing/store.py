"""What is remembered of entities in the ledger's table: their states, and the transitions between them.

Everything can be asked again: what is written twice is the same, and a state is replaced only by the next.
"""

from collections.abc import Callable, Collection, Sequence

from ses_reputation.aws.dynamodb import ItemStore
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.keys import STANDINGS, transitions_partition
from ses_reputation.standing.rows import row_of_state, row_of_transition, state_of_row, transition_of_row
from ses_reputation.standing.state import EntityState, Transition, TransitionKind

_MOST_IN_A_TRANSACTION = 100
# A standing or finding that lasts is said again each day: so far back is looked.
_READ_FOR_ONE = 10


class StandingTable(ItemStore):
    """States and transitions in the ledger's table.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read.
    """

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        """Return what is remembered of each entity, read consistently."""
        states = map(state_of_row, self._items.partition(STANDINGS, ConsistentRead=True))
        return {state.entity: state for state in states}

    def save(self, state: EntityState, transitions: Sequence[Transition]) -> bool:
        """Store an entity's next state and the transitions to it, all or nothing; return whether it was.

        It is not stored where another run has replaced the state before: that run assessed the entity.
        """
        rows = [row_of_transition(each) for each in transitions]
        condition, values = ("version = :before", {":before": state.version - 1})
        if state.version == 1:
            condition, values = ("attribute_not_exists(version)", {})
        # No entity is known to have as many; if one has, the last are stored whether the state is or not.
        for row in rows[_MOST_IN_A_TRANSACTION - 1 :]:
            self._items.put(row)
        return self._items.put_together(
            row_of_state(state), rows[: _MOST_IN_A_TRANSACTION - 1], condition, values
        )

    def transitions(self, entity: ReputationEntity, limit: int) -> list[Transition]:
        """Return an entity's transitions, newest first, at most `limit`."""
        rows = self._items.partition(
            transitions_partition(entity), ScanIndexForward=False, PaginationConfig={"MaxItems": limit}
        )
        return [transition_of_row(row) for row in rows]


def latest_of_kinds(
    read: Callable[[ReputationEntity, int], Sequence[Transition]],
    entity: ReputationEntity,
    kinds: Collection[TransitionKind],
    limit: int,
) -> list[Transition]:
    """Return an entity's latest transitions of some kinds, newest first, at most `limit`.

    read: as StandingTable.transitions. Where others stand between them, ten times as many are looked through.
    """
    for number in (limit, limit * _READ_FOR_ONE):
        found = read(entity, number)
        wanted = [each for each in found if each.kind in kinds][:limit]
        if len(wanted) == limit or len(found) < number:
            break
    return wanted
