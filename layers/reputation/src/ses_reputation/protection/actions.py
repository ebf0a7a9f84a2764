"""What protection does about an account that stands at `pause`, if it is switched on: never more than one
configuration set of it, and never the account.

States of a configuration set while the account stands at `pause`:

    (none) --dry-run--> WOULD_PAUSE --enforce--> PAUSED --a person's command--> RESUMED
    (none) --enforce--> PAUSED, or FAILED, which is tried again at each assessment

Below `pause` all but PAUSED are forgotten: what is paused stays so until a person resumes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.protection.target import PauseTarget, choose_target
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import EntityState, ProtectionState, ProtectionStep

NOTHING_TO_PAUSE = "no configuration set to pause"
HELD_BACK = "nothing is paused on the identity owner's word alone"


class Pausing(Protocol):
    """Who can stop a configuration set from sending."""

    def pause(self, account: str, region: str, configuration_set: str) -> None:
        """Stop it; harmless where it is stopped. Raises UnavailableError where it could not be."""


class Resuming(Protocol):
    """Who can let a configuration set send again."""

    def resume(self, account: str, region: str, configuration_set: str) -> None:
        """Let it send; harmless where it does. Raises UnavailableError where it could not be."""


@dataclass(frozen=True, slots=True)
class ProtectionAction:
    """A step that was taken about a configuration set, and is published.

    cause: why, in a sentence without its full stop. evidence: plain JSON; of a FAILED step its `error` too.
    A FAILED step about `(none)` says that no configuration set can be paused, or that protection held back:
    only the identity owner's feed reported what it would be paused for.
    """

    configuration_set: str
    step: ProtectionStep
    cause: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def apply_protection(
    state: EntityState,
    evaluations: Mapping[Measure, Evaluation],
    mode: ProtectionMode,
    pausing: Pausing,
    now: datetime,
) -> tuple[EntityState, list[ProtectionAction]]:
    """Do what the mode allows about an account at `pause`; return its next state, and what is published.

    `state` holds the standings that the evaluations led to. SES is called before the state is saved: where
    the saving fails, the next assessment calls again, which changes nothing, and saves. Never raises
    UnavailableError: that is a FAILED step, published again only when its error is another.
    """
    if state.entity.kind is not EntityKind.ACCOUNT:
        return state, []
    if state.standing is not Standing.PAUSE:
        return _forget(state), []
    if mode is ProtectionMode.REPORT:
        return state, []
    actions: list[ProtectionAction] = []
    for target in _targets(state, evaluations):
        action = _act(state, target, mode, pausing)
        if action:
            state = state.with_protection(action.configuration_set, _remembered(action, now))
            actions.append(action)
    return state, actions


def resume_sending(
    state: EntityState, configuration_set: str, cause: str, resuming: Resuming, now: datetime
) -> tuple[EntityState, ProtectionAction]:
    """Let a configuration set send again, because a person said so; `cause` says who, or why.

    While the account stays at `pause`, the set is not paused again. Raises UnavailableError.
    """
    resuming.resume(state.entity.name, state.entity.region, configuration_set)
    action = ProtectionAction(configuration_set, ProtectionStep.RESUMED, cause)
    return state.with_protection(configuration_set, _remembered(action, now)), action


def _forget(state: EntityState) -> EntityState:
    kept = {name: step for name, step in state.protection.items() if step.step is ProtectionStep.PAUSED}
    return state if len(kept) == len(state.protection) else replace(state, protection=kept)


def _targets(state: EntityState, evaluations: Mapping[Measure, Evaluation]) -> Iterable[PauseTarget]:
    """Return the targets of the measures at `pause`, each configuration set once; else why there is none."""
    targets = [
        choose_target(evaluations[measure])
        for measure in Measure
        if measure in evaluations and measure in _at_pause(state)
    ]
    chosen: dict[str, PauseTarget] = {}
    for target in targets:
        if target.configuration_set:
            chosen.setdefault(target.configuration_set, target)
    return list(chosen.values()) or targets[:1]


def _at_pause(state: EntityState) -> dict[Measure, datetime]:
    return {
        measure: each.since for measure, each in state.measures.items() if each.standing is Standing.PAUSE
    }


def _act(
    state: EntityState, target: PauseTarget, mode: ProtectionMode, pausing: Pausing
) -> ProtectionAction | None:
    known = state.protection.get(target.configuration_set or NO_CONFIGURATION_SET)
    if not target.configuration_set:
        return _failure(target, HELD_BACK if target.is_held_back else NOTHING_TO_PAUSE, known)
    if known and known.step is ProtectionStep.RESUMED:
        return None
    if mode is ProtectionMode.DRY_RUN:
        is_published = known and known.step is not ProtectionStep.FAILED
        return None if is_published else _done(target, ProtectionStep.WOULD_PAUSE)
    if known and known.step is ProtectionStep.PAUSED and not _is_of_an_earlier_standing(known, state):
        return None
    return _pause(state.entity, target, known, pausing)


def _is_of_an_earlier_standing(paused: ProtectionState, state: EntityState) -> bool:
    """Return whether the account left `pause` since: then the set must send again, though no step says so."""
    return paused.at < min(_at_pause(state).values())


def _pause(
    entity: ReputationEntity, target: PauseTarget, known: ProtectionState | None, pausing: Pausing
) -> ProtectionAction | None:
    try:
        pausing.pause(entity.name, entity.region, target.configuration_set)
    except UnavailableError as error:
        return _failure(target, str(error), known)
    return _done(target, ProtectionStep.PAUSED)


def _done(target: PauseTarget, step: ProtectionStep) -> ProtectionAction:
    return ProtectionAction(target.configuration_set, step, target.cause, target.evidence)


def _failure(target: PauseTarget, error: str, known: ProtectionState | None) -> ProtectionAction | None:
    if known and known.step is ProtectionStep.FAILED and known.cause == error:
        return None
    name = target.configuration_set or NO_CONFIGURATION_SET
    evidence = {**target.evidence, "error": error}
    return ProtectionAction(name, ProtectionStep.FAILED, f"{error}: {target.cause}", evidence)


def _remembered(action: ProtectionAction, now: datetime) -> ProtectionState:
    return ProtectionState(action.step, now, action.evidence.get("error", action.cause))
