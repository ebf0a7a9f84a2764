"""Decisions of SES are shown of registered accounts alone: nobody asks about others, so theirs grow old."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState

States = Mapping[ReputationEntity, EntityState]


def without_old_decisions(states: States, read_registered: Callable[[], Collection[str]]) -> States:
    """Return states without the decisions about accounts that are not registered any more.

    A state that holds nothing else, no mail, is left out. read_registered: returns the registered accounts;
    where it raises UnavailableError, they are not known, and all states stay.
    """
    decided = [state for state in states.values() if state.decision]
    if not decided:
        return states
    try:
        registered = read_registered()
    except UnavailableError:
        return states
    old = {state.entity for state in decided if state.entity.name not in registered}
    return {
        entity: replace(state, decision=None) if entity in old else state
        for entity, state in states.items()
        if state.view or entity not in old
    }
