"""States and transitions as items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from dataclasses import replace
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.rollup.entities import entity_of_key
from ses_reputation.standing.keys import STANDINGS, transitions_partition
from ses_reputation.standing.state import EntityState, Mute, Transition
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.stored_json import FORMAT, fields_of, plain_text, read_as, reading

# Fields of a state that its item holds elsewhere.
_APART = ("entity", "version", "view", "mutes")


def row_of_state(state: EntityState) -> dict[str, Any]:
    """Return an entity's state as an item.

    `view` is packed apart: it is most of the state, and changes with nearly every assessment. `mutes` stand
    apart, and only where there are any: states that were stored before there were mutes have none.
    """
    mutes = {"mutes": {"S": plain_text(state.mutes)}} if state.mutes else {}
    return {
        "pk": {"S": STANDINGS},
        "sk": {"S": state.entity.key},
        "state": {"S": plain_text(fields_of(state, *_APART))},
        "view": {"B": zlib.compress(plain_text(state.view).encode())},
        "version": {"N": str(state.version)},
        "format": {"N": str(FORMAT)},
        **mutes,
    }


def state_of_row(row: Row) -> EntityState:
    """Return the state in an item. Raises StateError."""
    with reading(row):
        known = {
            "entity": entity_of_key(row["sk"]["S"]),
            "version": int(row["version"]["N"]),
            "view": json.loads(zlib.decompress(bytes(row["view"]["B"]))),
            "mutes": _mutes_of_row(row),
        }
        # States of before have no decision of SES until the next assessment.
        return read_as(EntityState, {"decision": None, **json.loads(row["state"]["S"])}, **known)


def _mutes_of_row(row: Row) -> dict[str, Mute]:
    stored = json.loads(row["mutes"]["S"]) if "mutes" in row else {}
    return {key: read_as(Mute, mute) for key, mute in stored.items()}


def is_same_but_for_the_time(state: EntityState, other: EntityState) -> bool:
    """Return whether two states of an entity differ in nothing but the time that was assessed."""
    alike = replace(other, assessed_at=state.assessed_at, version=state.version)
    return plain_text(fields_of(state, "entity")) == plain_text(fields_of(alike, "entity"))


def statistics_of_row(row: Row) -> SendStatistics:
    """Return what SES counted of an account, as functions/read_ses_statistics keeps it. Raises StateError."""
    with reading(row):
        plain = json.loads(row["statistics"]["S"])
        # Until the next reading, one of before has a single time for both rates, the older, and no series.
        at = {"bounce_rate_at": plain.get("rates_at"), "complaint_rate_at": plain.get("rates_at")}
        return read_as(SendStatistics, {"bounce_rates": {}, **at, **plain})


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
        # Transitions of before have no steps apart from their text, and their subjects as SNS took them.
        return read_as(
            Transition, {"steps": [], "headline": "", **json.loads(row["transition"]["S"])}, entity=entity
        )
