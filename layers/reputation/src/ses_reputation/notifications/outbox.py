"""The outbox: stored transitions are published, each in each channel until its publication is recorded."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.notifications.channel import Channel, channels_of
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState, Transition

LEASE = timedelta(minutes=4)
"""How long a run that claimed a transition has to publish it: longer than its calls take with all their
retries, and less than the time between assessments."""


@dataclass(frozen=True, slots=True)
class ClaimedTransition:
    """A transition that a run may publish, and the channels that have it already."""

    transition: Transition
    published: Collection[Channel] = ()


class TransitionPublisher(Protocol):
    """Where transitions are published; see ses_reputation.notifications.publisher.Publisher."""

    @property
    def channels(self) -> Collection[Channel]:
        """The channels that there are."""

    def publish(self, transition: Transition, channel: Channel) -> None:
        """Publish a transition in one channel. Raises UnavailableError."""


class TransitionStore(Protocol):
    """What publishing needs of the table; see ses_reputation.notifications.outbox_store.OutboxTable."""

    def save(self, state: EntityState, transitions: list[Transition]) -> bool:
        """Store an entity's next state; return whether it was stored, or another run's came first."""

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> ClaimedTransition | None:
        """Return a transition to the run that may publish it."""

    def mark_published(
        self, entity: ReputationEntity, transition_id: str, channel: Channel, at: datetime, *, is_last: bool
    ) -> None:
        """Remember that a channel has a transition, and whether no other still lacks it."""

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
    claim ends the next run publishes again. The stored transition itself says where it is published. So a
    state that another assessment replaced meanwhile, and that still lists it, publishes nothing twice; and
    where one channel fails, the other has the transition, and does not get it again.
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
    """Return whether this run published what was left of a transition.

    Raises UnavailableError where a channel failed, after every other was tried.
    """
    claim = store.claim(entity, transition_id, clock(), LEASE)
    if not claim:
        return False
    wanted = [channel for channel in channels_of(claim.transition) if channel in publisher.channels]
    left = [channel for channel in wanted if channel not in claim.published]
    failures: list[str] = []
    for channel in left:
        try:
            publisher.publish(claim.transition, channel)
            is_last = channel is left[-1] and not failures
            store.mark_published(entity, transition_id, channel, clock(), is_last=is_last)
        except UnavailableError as error:
            failures.append(f"{channel}: {error}")
    if failures:
        raise UnavailableError("; ".join(failures))
    return True


def _without(store: TransitionStore, state: EntityState, done: set[str]) -> EntityState:
    if not done:
        return state
    left = tuple(each for each in state.unpublished if each not in done)
    after = replace(state, version=state.version + 1, unpublished=left)
    # Where another assessment's state came first, it still lists them; the next run finds them published.
    return after if store.save(after, []) else state
