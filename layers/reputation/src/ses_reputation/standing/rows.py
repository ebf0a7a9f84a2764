"""States and transitions as items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from ses_reputation.aws.dynamodb import Row
from ses_reputation.rollup.entities import entity_of_key
from ses_reputation.standing.keys import STANDINGS, transitions_partition
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.stored_json import FORMAT, every_field, plain_text, reading

Plain = Mapping[str, Any]
_STATE = TypeAdapter(EntityState)
_TRANSITION = TypeAdapter(Transition)


def row_of_state(state: EntityState) -> dict[str, Any]:
    """Return an entity's state as an item.

    `view` is packed apart: it is most of the state, and changes with nearly every assessment.
    """
    return {
        "pk": {"S": STANDINGS},
        "sk": {"S": state.entity.key},
        "state": {"S": plain_text(_plain_state(state))},
        "view": {"B": zlib.compress(plain_text(state.view).encode())},
        "version": {"N": str(state.version)},
        "format": {"N": str(FORMAT)},
    }


def state_of_row(row: Row) -> EntityState:
    """Return the state in an item. Raises StateError."""
    with reading(row):
        known = {
            "entity": entity_of_key(row["sk"]["S"]),
            "version": int(row["version"]["N"]),
            "view": json.loads(zlib.decompress(bytes(row["view"]["B"]))),
        }
        return _STATE.validate_python(every_field(EntityState, json.loads(row["state"]["S"]), **known))


def is_same_but_for_the_time(state: EntityState, other: EntityState) -> bool:
    """Return whether two states of an entity differ in nothing but the time that was assessed."""
    alike = replace(other, assessed_at=state.assessed_at, version=state.version)
    return _plain_state(state) == _plain_state(alike) and plain_text(state.view) == plain_text(alike.view)


def statistics_of_row(row: Row) -> SendStatistics:
    """Return what SES counted of an account, as functions/read_ses_statistics keeps it. Raises StateError."""
    with reading(row):
        return SendStatistics.from_json(json.loads(row["statistics"]["S"]))


def row_of_transition(transition: Transition) -> dict[str, Any]:
    """Return a transition as an item."""
    plain = _TRANSITION.dump_python(transition, mode="json", exclude={"entity"})
    return {
        "pk": {"S": transitions_partition(transition.entity)},
        "sk": {"S": transition.id},
        "transition": {"S": plain_text(plain)},
        "format": {"N": str(FORMAT)},
    }


def transition_of_row(row: Row) -> Transition:
    """Return the transition in an item. Raises StateError."""
    with reading(row):
        entity = entity_of_key(row["pk"]["S"].partition("#")[2])
        plain = json.loads(row["transition"]["S"])
        return _TRANSITION.validate_python(every_field(Transition, plain, entity=entity))


def _plain_state(state: EntityState) -> Plain:
    plain: Plain = _STATE.dump_python(state, mode="json", exclude={"entity", "version", "view"})
    return plain
