"""The outbox: stored transitions are published, each until its publication is recorded."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState, Transition

LEASE = timedelta(minutes=4)
"""How long a run that claimed a transition has to publish it: longer than its calls take with all their
retries, and less than the time between assessments."""


class TransitionPublisher(Protocol):
    """Where transitions are published; see ses_reputation.notifications.publisher.Publisher."""

    def publish(self, transition: Transition) -> None:
        """Publish a transition's event and alert. Raises UnavailableError."""


class TransitionStore(Protocol):
    """What publishing needs of the table; see ses_reputation.notifications.outbox_store.OutboxTable."""

    def save(self, state: EntityState, transitions: list[Transition]) -> bool:
        """Store an entity's next state; return whether it was stored, or another run's came first."""

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> Transition | None:
        """Return a transition to the run that may publish it."""

    def mark_published(self, entity: ReputationEntity, transition_id: str, at: datetime) -> None:
        """Remember that a transition is published."""

    def is_published(self, entity: ReputationEntity, transition_id: str) -> bool:
        """Return whether a transition needs no publishing."""


@dataclass(frozen=True, slots=True)
class PublishingOutcome:
    """An entity's state after publishing, how many transitions were published, and why others were not."""

    state: EntityState
    published: int
    failure: str = ""


def publish_pending(
    store: TransitionStore, publisher: TransitionPublisher, state: EntityState, clock: Callable[[], datetime]
) -> PublishingOutcome:
    """Publish an entity's unpublished transitions, oldest first, and take them from its state.

    At least once: a run that is cut off between publishing and `mark_published` leaves a claim, and when the
    claim ends the next run publishes again. The stored transition itself says whether it is published. So a
    state that another assessment replaced meanwhile, and that still lists it, publishes nothing twice.
    """
    published, failure = 0, ""
    done: set[str] = set()
    for transition_id in state.unpublished:
        try:
            is_by_us = _publish(store, publisher, state.entity, transition_id, clock)
            if is_by_us or store.is_published(state.entity, transition_id):
                done.add(transition_id)
            published += is_by_us
        except UnavailableError as error:
            failure = str(error)
    try:
        return PublishingOutcome(_without(store, state, done), published, failure)
    except UnavailableError as error:
        return PublishingOutcome(state, published, str(error))


def _publish(
    store: TransitionStore,
    publisher: TransitionPublisher,
    entity: ReputationEntity,
    transition_id: str,
    clock: Callable[[], datetime],
) -> bool:
    transition = store.claim(entity, transition_id, clock(), LEASE)
    if not transition:
        return False
    publisher.publish(transition)
    store.mark_published(entity, transition_id, clock())
    return True


def _without(store: TransitionStore, state: EntityState, done: set[str]) -> EntityState:
    if not done:
        return state
    left = tuple(each for each in state.unpublished if each not in done)
    after = replace(state, version=state.version + 1, unpublished=left)
    # Where another assessment's state came first, it still lists them; the next run finds them published.
    return after if store.save(after, []) else state
