"""States and transitions as items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, TypeVar

from ses_reputation.findings.finding import FindingKind
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import entity_of_key
from ses_reputation.standing.keys import STANDINGS, transitions_partition
from ses_reputation.standing.state import (
    EntityState,
    FindingState,
    MeasureState,
    ProtectionState,
    ProtectionStep,
    Transition,
    TransitionKind,
)
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.stored_json import FORMAT, Row, plain_text, reading

Plain = Mapping[str, Any]
Read = TypeVar("Read")


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
        plain = json.loads(row["state"]["S"])
        return EntityState(
            entity_of_key(row["sk"]["S"]),
            int(row["version"]["N"]),
            datetime.fromisoformat(plain["assessed_at"]),
            {Measure(name): _measure(each) for name, each in plain["measures"].items()},
            _each(plain["findings"], _finding),
            _each(plain["protection"], _protection),
            json.loads(zlib.decompress(bytes(row["view"]["B"]))),
            tuple(plain["unpublished"]),
        )


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
    plain = {
        "at": transition.at.isoformat(),
        "kind": transition.kind,
        "name": transition.name,
        "detail": transition.detail,
        "subject": transition.subject,
        "text": transition.text,
    }
    return {
        "pk": {"S": transitions_partition(transition.entity)},
        "sk": {"S": transition.id},
        "transition": {"S": plain_text(plain)},
        "format": {"N": str(FORMAT)},
    }


def transition_of_row(row: Row) -> Transition:
    """Return the transition in an item. Raises StateError."""
    with reading(row):
        plain = json.loads(row["transition"]["S"])
        return Transition(
            entity_of_key(row["pk"]["S"].partition("#")[2]),
            datetime.fromisoformat(plain["at"]),
            TransitionKind(plain["kind"]),
            plain["name"],
            plain["detail"],
            plain["subject"],
            plain["text"],
        )


def _plain_state(state: EntityState) -> Plain:
    return {
        "assessed_at": state.assessed_at.isoformat(),
        "measures": {name: _plain(asdict(each)) for name, each in state.measures.items()},
        "findings": {name: _plain(asdict(each)) for name, each in state.findings.items()},
        "protection": {name: _plain(asdict(each)) for name, each in state.protection.items()},
        "unpublished": list(state.unpublished),
    }


def _plain(fields: Plain) -> Plain:
    """Return fields with times as text and tuples as lists, as JSON reads them back."""
    named = {name: each.isoformat() if isinstance(each, datetime) else each for name, each in fields.items()}
    plain: Plain = json.loads(plain_text(named))
    return plain


def _measure(plain: Plain) -> MeasureState:
    return MeasureState(
        Standing(plain["standing"]), datetime.fromisoformat(plain["since"]), _time(plain["notified_at"])
    )


def _finding(plain: Plain) -> FindingState:
    return FindingState(
        FindingKind(plain["kind"]),
        plain["scope"],
        plain["since"],
        datetime.fromisoformat(plain["opened_at"]),
        _time(plain["notified_at"]),
        plain["evidence"],
    )


def _protection(plain: Plain) -> ProtectionState:
    return ProtectionState(ProtectionStep(plain["step"]), datetime.fromisoformat(plain["at"]), plain["cause"])


def _each(plain: Mapping[str, Plain], read: Callable[[Plain], Read]) -> dict[str, Read]:
    return {name: read(each) for name, each in plain.items()}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
