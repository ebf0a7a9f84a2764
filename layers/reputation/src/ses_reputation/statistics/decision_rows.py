"""Decisions of SES as items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.errors import StateError
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.keys import DECISIONS
from ses_reputation.stored_json import FORMAT, plain_text, read_as, reading


def row_of_decision(decision: SesDecision) -> dict[str, Any]:
    """Return a decision as an item; packed, since causes repeat."""
    return {
        "pk": {"S": DECISIONS},
        "sk": {"S": f"{decision.account}#{decision.region}"},
        "decision": {"B": zlib.compress(plain_text(decision).encode())},
        "read_at": {"N": str(milliseconds(decision.read_at))},
        "format": {"N": str(FORMAT)},
    }


def milliseconds(moment: datetime) -> int:
    """Return an aware time as an item is compared by it: milliseconds since 1970."""
    return int(moment.timestamp() * 1_000)


def decision_of_row(row: Row) -> SesDecision:
    """Return the decision in an item. Raises StateError."""
    with reading(row):
        return read_as(SesDecision, json.loads(zlib.decompress(bytes(row["decision"]["B"]))))


def readable_decisions(rows: Iterable[Row]) -> Iterator[SesDecision]:
    """Yield the decisions in items, but for those that cannot be read: the next reading replaces them."""
    for row in rows:
        with suppress(StateError):
            yield decision_of_row(row)
