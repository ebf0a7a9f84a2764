"""Where transitions are published already, and who is about to publish one, in the ledger's table."""

from datetime import datetime, timedelta

from ses_reputation.aws.dynamodb import ItemStore, time_value
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.outbox import ClaimedTransition
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.keys import transitions_partition
from ses_reputation.standing.rows import transition_of_row


class OutboxTable(ItemStore):
    """The stored transitions as the outbox sees them.

    Raises UnavailableError where DynamoDB fails, StateError where a transition cannot be read.
    """

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> ClaimedTransition | None:
        """Return a transition to the run that may publish it; None where all of it is published, or claimed.

        A claim ends with its lease: the run that made it was cut off, and the next run may claim.
        """
        row = self._items.update(
            (transitions_partition(entity), transition_id),
            "SET claimed_until = :until",
            "attribute_exists(pk) AND attribute_not_exists(published_at)"
            " AND (attribute_not_exists(claimed_until) OR claimed_until <= :at)",
            {":at": time_value(at), ":until": time_value(at + lease)},
        )
        if not row:
            return None
        return ClaimedTransition(
            transition_of_row(row), {channel for channel in Channel if _field(channel) in row}
        )

    def mark_published(
        self, entity: ReputationEntity, transition_id: str, channel: Channel, at: datetime, *, is_last: bool
    ) -> None:
        """Remember that a channel has a transition, whoever did it and whatever state the entity has.

        is_last: no other channel lacks it, so that it needs no more publishing.
        """
        self._items.update(
            (transitions_partition(entity), transition_id),
            f"SET {_field(channel)} = :at" + (", published_at = :at" if is_last else ""),
            f"attribute_exists(pk) AND attribute_not_exists({_field(channel)})",
            {":at": time_value(at)},
        )

    def is_published(self, entity: ReputationEntity, transition_id: str) -> bool:
        """Return whether a transition needs no publishing: it is published, or gone."""
        row = self._items.get(transitions_partition(entity), transition_id)
        return row is None or "published_at" in row


def _field(channel: Channel) -> str:
    return f"{channel}_published_at"
