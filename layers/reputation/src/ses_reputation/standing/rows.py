"""States and transitions as items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from dataclasses import replace
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.rollup.entities import entity_of_key
from ses_reputation.standing.keys import STANDINGS, transitions_partition
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.stored_json import FORMAT, fields_of, plain_text, read_as, reading

# Fields of a state that its item holds elsewhere.
_APART = ("entity", "version", "view")


def row_of_state(state: EntityState) -> dict[str, Any]:
    """Return an entity's state as an item.

    `view` is packed apart: it is most of the state, and changes with nearly every assessment.
    """
    return {
        "pk": {"S": STANDINGS},
        "sk": {"S": state.entity.key},
        "state": {"S": plain_text(fields_of(state, *_APART))},
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
        return read_as(EntityState, json.loads(row["state"]["S"]), **known)


def is_same_but_for_the_time(state: EntityState, other: EntityState) -> bool:
    """Return whether two states of an entity differ in nothing but the time that was assessed."""
    alike = replace(other, assessed_at=state.assessed_at, version=state.version)
    return plain_text(fields_of(state, "entity")) == plain_text(fields_of(alike, "entity"))


def statistics_of_row(row: Row) -> SendStatistics:
    """Return what SES counted of an account, as functions/read_ses_statistics keeps it. Raises StateError."""
    with reading(row):
        # Of before four weeks of rates were kept, until the next hourly reading.
        return read_as(SendStatistics, {"bounce_rates": {}, **json.loads(row["statistics"]["S"])})


def row_of_transition(transition: Transition) -> dict[str, Any]:
    """Return a transition as an item."""
    return {
        "pk": {"S": transitions_partition(transition.entity)},
        "sk": {"S": transition.id},
        "transition": {"S": plain_text(fields_of(transition, "entity"))},
        "format": {"N": str(FORMAT)},
    }


def transition_of_row(row: Row) -> Transition:
    """Return the transition in an item. Raises StateError."""
    with reading(row):
        entity = entity_of_key(row["pk"]["S"].partition("#")[2])
        return read_as(Transition, json.loads(row["transition"]["S"]), entity=entity)
