"""The outbox: stored transitions are announced, each until it is known to have been announced."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState, Transition

LEASE = timedelta(minutes=4)
"""How long whoever claimed a transition has for announcing it: longer than its calls take with all their
retries, and less than the time between assessments."""


class TransitionPublisher(Protocol):
    """Where transitions are published; see ses_reputation.notifications.publisher.Publisher."""

    def publish(self, transition: Transition) -> None:
        """Publish a transition's event and alert. Raises UnavailableError."""


class TransitionStore(Protocol):
    """What telling needs of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def save(self, state: EntityState, transitions: list[Transition]) -> bool:
        """Store an entity's next state; tell whether it was, or somebody else's came first."""

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> Transition | None:
        """Return a transition to whoever may tell it."""

    def mark_published(self, entity: ReputationEntity, transition_id: str, at: datetime) -> None:
        """Remember that a transition was told."""

    def is_published(self, entity: ReputationEntity, transition_id: str) -> bool:
        """Tell whether there is nothing left to tell of a transition."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entity's state after its transitions were told, their number, and why others were not, if any
    were."""

    state: EntityState
    number: int
    failure: str = ""


def publish_pending(
    store: TransitionStore, publisher: TransitionPublisher, state: EntityState, clock: Callable[[], datetime]
) -> Told:
    """Announce an entity's unpublished transitions, oldest first, and take them from its state.

    At least once: what is cut off between announcing and `mark_published` is announced again when its claim
    ends. The transition itself says whether it was told, so a state that another assessment replaced
    meanwhile, and that still lists it, repeats nothing."""
    told, failure = 0, ""
    done: set[str] = set()
    for transition_id in state.unpublished:
        try:
            is_told_now = _tell(store, publisher, state.entity, transition_id, clock)
            if is_told_now or store.is_published(state.entity, transition_id):
                done.add(transition_id)
            told += is_told_now
        except UnavailableError as error:
            failure = str(error)
    try:
        return Told(_without(store, state, done), told, failure)
    except UnavailableError as error:
        return Told(state, told, str(error))


def _tell(
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
    # Where another assessment's state came first, it still lists them and finds that they were told.
    return after if store.save(after, []) else state
