"""An assessment: it rolls up what was posted, evaluates each entity, and publishes what changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from ses_reputation.assessment.evaluate_entity import evaluate_entity
from ses_reputation.assessment.inputs import AssessmentInputs, InputStore, read_inputs
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.errors import SesReputationError, UnavailableError
from ses_reputation.hours import day_of, next_period
from ses_reputation.notifications.context import NotificationContext, ses_rates_of
from ses_reputation.notifications.outbox import TransitionPublisher, TransitionStore, publish_pending
from ses_reputation.notifications.transitions import (
    transition_of_action,
    transition_of_change,
    transition_of_decision,
)
from ses_reputation.protection.actions import Pausing, apply_protection
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, account_entity, only_region_of
from ses_reputation.rollup.rolling_up import roll_up_postings
from ses_reputation.standing.decide import apply_decision
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.rows import is_same_but_for_the_time
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.standing.state_machine import next_state
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.tallies import group_pairs
from ses_reputation.time_left import OUT_OF_TIME, HasTime, always
from ses_reputation.visible_text import shorten_addresses


class AssessmentStore(InputStore, TransitionStore, Protocol):
    """What an assessment needs of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        """Return what is remembered of each entity."""

    def read_decisions(self) -> list[SesDecision]:
        """Return the latest decision of SES about each account and Region that was read."""


@dataclass(frozen=True, slots=True)
class AssessmentRun:
    """One run of an assessment.

    now: the time that is assessed, aware: that of the schedule, so that a repeated run is the same
    assessment. clock: what time it is. has_time: whether to begin another step. readers: how many reads go on
    at once.
    """

    now: datetime
    clock: Callable[[], datetime]
    has_time: HasTime = always
    readers: int = 8


@dataclass(frozen=True, slots=True)
class AssessmentOutcome:
    """What a run did.

    states: of all entities that are known, after it. evaluations: of the entities that were evaluated and
    whose state this run stored or confirmed. transitions: what changed. published: how many transitions were
    published, of this run and of those before. failed: by the entity's key, why it was not assessed or its
    changes were not published: a code of AWS, OUT_OF_TIME, or an error in words. days_rolled_up:
    account-days that changed. is_caught_up: False while the rollup has further to go; then no entity was
    assessed.
    """

    states: tuple[EntityState, ...]
    evaluations: Mapping[ReputationEntity, Mapping[Measure, Evaluation]]
    transitions: tuple[Transition, ...]
    published: int
    failed: Mapping[str, str]
    days_rolled_up: int
    is_caught_up: bool

    def failed_by_cause(self) -> dict[str, list[str]]:
        """Return the keys of the entities that failed, by cause; addresses are shortened, for logs."""
        return group_pairs(
            (shorten_addresses(cause), shorten_addresses(key)) for key, cause in self.failed.items()
        )


def assess_reputation(
    store: AssessmentStore,
    publisher: TransitionPublisher,
    pausing: Pausing,
    settings: AssessmentSettings,
    run: AssessmentRun,
    memory: HistoryMemory,
) -> AssessmentOutcome:
    """Roll up postings, evaluate every entity, store what changed, and publish it.

    memory: what the container's last run left, or an empty one: that is slower, and decides nothing.

    A run may be repeated, overlap another, or be cut off anywhere: days are recomputed, a state is replaced
    by its successor only, and a transition is published again until its publication is recorded. Until the
    rollup has caught up no entity is evaluated: without the latest mail the evaluation would show changes
    that did not happen. An entity that fails does not keep the others from being assessed. One whose window
    holds no mail is assessed a last time, and again when the rollup meets mail of it. What SES has decided
    needs no mail and no rollup: it is compared, stored and published first.

    Raises UnavailableError where nothing could be done, and an ExceptionGroup of unforeseen errors, after all
    other entities were assessed and their changes published.
    """
    memory.begin_assessment()
    with ThreadPoolExecutor(run.readers) as pool:
        rollup = roll_up_postings(store, memory.known, run.now, run.clock, run.has_time, pool)
        entities = _Entities(store, publisher, pausing, settings, run, store.read_states())
        entities.apply_decisions(store.read_decisions())
        if rollup.is_caught_up:
            entities.assess(read_inputs(store, memory, rollup, entities.is_due, settings.rules, pool))
    entities.publish()
    entities.let_go()
    if entities.defects:
        raise ExceptionGroup("entities could not be assessed", entities.defects)
    return AssessmentOutcome(
        tuple(entities.states.values()),
        entities.evaluations,
        tuple(entities.transitions),
        entities.published,
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
    published: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    defects: list[Exception] = field(default_factory=list)
    silent: dict[ReputationEntity, Sequence[SenderIdentity]] = field(default_factory=dict)

    def is_due(self, entity: ReputationEntity) -> bool:
        """Return whether an entity was not assessed yet at this time."""
        return entity not in self.states or self.states[entity].assessed_at < self.run.now

    def apply_decisions(self, decisions: Iterable[SesDecision]) -> None:
        """Store what SES has decided of each account, with the transitions to it.

        An account without mail is remembered from the first decision on that is worth an alert.
        """
        for read in decisions:
            entity = account_entity(read.account, read.region)
            before = self.states.get(entity) or EntityState(entity, 0, read.read_at)
            state, changes = apply_decision(before, read, self.run.now)
            if state is before or not (before.version or changes):
                continue
            context = self._context(state)
            try:
                self._is_kept(before, state, [transition_of_decision(context, each) for each in changes])
            except UnavailableError as error:
                self.failed[entity.key] = str(error)

    def assess(self, inputs: AssessmentInputs) -> None:
        """Assess all entities, those first that wait longest, whatever becomes of each."""
        self.failed |= {entity.key: code for entity, code in inputs.failed.items()}
        for entity in sorted(inputs.histories.keys() - inputs.failed.keys(), key=self._turn):
            try:
                self._assess(entity, inputs)
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

    def _assess(self, entity: ReputationEntity, inputs: AssessmentInputs) -> None:
        if not self.run.has_time():
            self.failed[entity.key] = OUT_OF_TIME
            return
        now, settings = self.run.now, self.settings
        before = self.states.get(entity) or EntityState(entity, 0, now)
        previous = {measure: each.standing for measure, each in before.measures.items()}
        found = evaluate_entity(entity, inputs, previous, settings.rules, now)
        state, changes = next_state(
            replace(before, view=found.view), found.evaluations, found.detections, now
        )
        context = replace(self._context(state), region=only_region_of(inputs.senders[entity]))
        transitions = [transition_of_change(context, change) for change in changes]
        state, actions = apply_protection(state, found.evaluations, settings.protection, self.pausing, now)
        for action in actions:
            transition = transition_of_action(context, action)
            state = replace(state, unpublished=(*state.unpublished, transition.id))
            transitions.append(transition)
        if self._is_kept(before, state, transitions):
            self.evaluations[entity] = found.evaluations
            if not any(evaluation.has_mail for evaluation in found.evaluations.values()):
                self.silent[entity] = inputs.senders[entity]

    def _context(self, state: EntityState) -> NotificationContext:
        return NotificationContext(
            state.entity,
            self.run.now,
            self.settings.stack_name,
            state.standing,
            ses_rates_of(state.view),
            self.settings.ownership.party_of(state.entity),
            self.settings.statement_base_url,
        )

    def _is_kept(self, before: EntityState, state: EntityState, transitions: list[Transition]) -> bool:
        """Store an entity's next state; return whether it is the entity's, and not another run's."""
        if before.version and not transitions and is_same_but_for_the_time(before, state):
            return True
        if not self.store.save(state, transitions):
            return False
        self.states[state.entity] = state
        self.transitions += transitions
        return True

    def publish(self) -> None:
        """Publish what is unpublished, of this run and of those that were cut off."""
        for entity, state in self.states.items():
            if not state.unpublished:
                continue
            if not self.run.has_time():
                self.failed.setdefault(entity.key, OUT_OF_TIME)
                continue
            outcome = publish_pending(self.store, self.publisher, state, self.run.clock)
            self.states[entity] = outcome.state
            self.published += outcome.published
            if outcome.failure:
                self.failed[entity.key] = outcome.failure

    def let_go(self) -> None:
        """Take senders of entities without mail out of the registry; the rollup registers who sends again.

        It meets every posting of the last minutes once more in the next run (SETTLING, which is longer than
        a run may take), so none is lost that came while this one was about to forget its sender.
        """
        tomorrow = next_period(day_of(self.run.now))
        for entity, senders in self.silent.items():
            try:
                for sender in senders:
                    # Mail may claim to be sent later than now: it is assessed when its day has come.
                    if not self.store.read_hours(sender.account, sender.region, tomorrow, "9"):
                        self.store.unregister(sender)
            except UnavailableError as error:
                self.failed.setdefault(entity.key, str(error))
