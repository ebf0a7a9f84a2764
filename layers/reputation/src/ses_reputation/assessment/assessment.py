"""An assessment: what was posted is folded into days, each entity is judged, and what changed is told."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from ses_reputation.assessment.inputs import AssessmentInputs, SightStore, evaluate_entity, read_inputs
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.errors import SesReputationError, UnavailableError
from ses_reputation.notifications.outbox import TransitionPublisher, TransitionStore, publish_pending
from ses_reputation.protection.actions import Pausing, apply_protection
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.rollup.rolling_up import roll_up_postings
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.rows import is_same_but_for_the_time
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.standing.state_machine import next_state, protection_transition

OUT_OF_TIME = "OutOfTime"
"""Why an entity was left for the next assessment, beside the codes of AWS."""


class AssessmentStore(SightStore, TransitionStore, Protocol):
    """What an assessment needs of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        """Return what is remembered of each entity."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class AssessmentRun:
    """One run of an assessment.

    now: the time that is assessed, aware: that of the schedule, so that a repeated run is the same
    assessment. clock: what time it is. has_time: whether to begin another step. readers: how many reads go on
    at once.
    """

    now: datetime
    clock: Callable[[], datetime]
    has_time: Callable[[], bool] = _always
    readers: int = 8


@dataclass(frozen=True, slots=True)
class AssessmentOutcome:
    """What a run did.

    states: of all entities that are known, after it. evaluations: of the entities that were judged and whose
    state is theirs. transitions: what changed. told: how many transitions were published, of this run and of
    those before. failed: by the entity's key, why it was not assessed or not told: a code of AWS,
    OUT_OF_TIME, or an error in words. days_rolled_up: day balances that changed. is_caught_up: False while
    the rollup has further to go; then no entity was assessed."""

    states: tuple[EntityState, ...]
    evaluations: Mapping[ReputationEntity, Mapping[Measure, Evaluation]]
    transitions: tuple[Transition, ...]
    told: int
    failed: Mapping[str, str]
    days_rolled_up: int
    is_caught_up: bool


def assess_reputation(
    store: AssessmentStore,
    publisher: TransitionPublisher,
    pausing: Pausing,
    settings: AssessmentSettings,
    run: AssessmentRun,
) -> AssessmentOutcome:
    """RollupProgress, judge every entity, store what changed, and tell it.

    A run may be repeated, overlap another, or be cut off anywhere: days are recomputed, a state is replaced
    by its successor only, and a transition is told until it is known to have been. While the rollup has not
    caught up nothing is judged: of a ledger that is half folded the latest mail is missing, and what is
    judged without it would be told as news. An entity that fails does not keep the others from being
    assessed.

    Raises UnavailableError where nothing could be done, and an ExceptionGroup of what was not foreseen, after
    all other entities were assessed and told.
    """
    with ThreadPoolExecutor(run.readers) as pool:
        rollup = roll_up_postings(store, run.now, run.clock, run.has_time, pool)
        entities = _Entities(store, publisher, pausing, settings, run, store.read_states())
        if rollup.is_caught_up:
            known = read_inputs(store, rollup, entities.is_due, run.now, settings.rules, pool)
            entities.assess(known)
    entities.tell()
    if entities.defects:
        raise ExceptionGroup("entities could not be assessed", entities.defects)
    return AssessmentOutcome(
        tuple(entities.states.values()),
        entities.evaluations,
        tuple(entities.transitions),
        entities.told,
        entities.failed,
        rollup.written,
        rollup.is_caught_up,
    )


@dataclass(slots=True)
class _Entities:
    """The entities of a run, and what becomes of them."""

    store: AssessmentStore
    publisher: TransitionPublisher
    pausing: Pausing
    settings: AssessmentSettings
    run: AssessmentRun
    states: dict[ReputationEntity, EntityState]
    evaluations: dict[ReputationEntity, Mapping[Measure, Evaluation]] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    told: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    defects: list[Exception] = field(default_factory=list)

    def is_due(self, entity: ReputationEntity) -> bool:
        """Tell whether an entity was not assessed yet at this time."""
        return entity not in self.states or self.states[entity].assessed_at < self.run.now

    def assess(self, known: AssessmentInputs) -> None:
        """Assess all entities, those first that wait longest, whatever becomes of each."""
        self.failed |= {entity.key: code for entity, code in known.failed.items()}
        for entity in sorted(
            (entity for entity in known.senders if entity not in known.failed), key=self._turn
        ):
            try:
                self._assess(entity, known)
            except UnavailableError as error:
                self.failed[entity.key] = str(error)
            except SesReputationError as error:
                self.failed[entity.key] = f"{type(error).__name__}: {error}"
            except Exception as error:
                error.add_note(f"while assessing {entity.title}")
                self.defects.append(error)

    def _turn(self, entity: ReputationEntity) -> tuple[str, ReputationEntity]:
        # Should there be more entities than time, none is always the last.
        return self.states[entity].assessed_at.isoformat() if entity in self.states else "", entity

    def _assess(self, entity: ReputationEntity, known: AssessmentInputs) -> None:
        if not self.run.has_time():
            self.failed[entity.key] = OUT_OF_TIME
            return
        previous = self.states.get(entity)
        held = {measure: each.standing for measure, each in previous.measures.items()} if previous else {}
        seen = evaluate_entity(entity, known, held, self.run.now, self.settings.rules)
        state, transitions = next_state(previous, seen, self.run.now, self.settings.stack_name)
        state, actions = apply_protection(
            state, seen.evaluations, self.settings.protection, self.pausing, self.run.now
        )
        for action in actions:
            transition = protection_transition(entity, action, self.run.now, self.settings.stack_name)
            state = replace(state, unpublished=(*state.unpublished, transition.id))
            transitions.append(transition)
        if self._is_kept(previous, state, transitions):
            self.evaluations[entity] = seen.evaluations

    def _is_kept(
        self, previous: EntityState | None, state: EntityState, transitions: list[Transition]
    ) -> bool:
        """Store an entity's next state; tell whether it is the entity's, rather than that of another run."""
        if previous and not transitions and is_same_but_for_the_time(previous, state):
            return True
        if not self.store.save(state, transitions):
            return False
        self.states[state.entity] = state
        self.transitions += transitions
        return True

    def tell(self) -> None:
        """Announce what is unpublished, of this run and of those that were cut off."""
        for entity, state in self.states.items():
            if not state.unpublished:
                continue
            if not self.run.has_time():
                self.failed.setdefault(entity.key, OUT_OF_TIME)
                continue
            told = publish_pending(self.store, self.publisher, state, self.run.clock)
            self.states[entity] = told.state
            self.told += told.number
            if told.failure:
                self.failed[entity.key] = told.failure
