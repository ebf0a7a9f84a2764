"""Which transitions are published already, and who is about to publish one, in the ledger's table."""

from datetime import datetime, timedelta

from ses_reputation.aws.dynamodb import ItemStore, time_value
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.keys import transitions_partition
from ses_reputation.standing.rows import transition_of_row
from ses_reputation.standing.state import Transition


class OutboxTable(ItemStore):
    """The stored transitions as the outbox sees them.

    Raises UnavailableError where DynamoDB fails, StateError where a transition cannot be read.
    """

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> Transition | None:
        """Return a transition to the run that may publish it; None where it is published, or claimed.

        A claim ends with its lease: the run that made it was cut off, and the next run may claim.
        """
        row = self._items.update(
            (transitions_partition(entity), transition_id),
            "SET claimed_until = :until",
            "attribute_exists(pk) AND attribute_not_exists(published_at)"
            " AND (attribute_not_exists(claimed_until) OR claimed_until <= :at)",
            {":at": time_value(at), ":until": time_value(at + lease)},
        )
        return transition_of_row(row) if row else None

    def mark_published(self, entity: ReputationEntity, transition_id: str, at: datetime) -> None:
        """Remember that a transition is published, whoever did it and whatever state the entity has."""
        self._items.update(
            (transitions_partition(entity), transition_id),
            "SET published_at = :at",
            "attribute_exists(pk) AND attribute_not_exists(published_at)",
            {":at": time_value(at)},
        )

    def is_published(self, entity: ReputationEntity, transition_id: str) -> bool:
        """Return whether a transition needs no publishing: it is published, or gone."""
        row = self._items.get(transitions_partition(entity), transition_id)
        return row is None or "published_at" in row
