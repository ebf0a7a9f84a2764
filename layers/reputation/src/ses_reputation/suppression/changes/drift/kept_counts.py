"""How often lists and ledger disagree, kept for statements, which may read neither. It holds no recipient."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from ses_reputation.hours import format_second, parse_timestamp
from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import ROOT

VERSION = 1
DRIFT_KEY = f"{ROOT}drift.json"


class DriftKind(StrEnum):
    """Kinds of findings whose recipients are counted; docs/adr/0050-changes-and-drift.md."""

    UNSUPPRESSED_ELSEWHERE = "unsuppressed_elsewhere"
    MISSING_FROM_LIST = "missing_from_list"
    DELIVERED_SINCE = "delivered_since"
    REPEATED_SOFT_BOUNCES = "repeated_soft_bounces"


class DriftPlace(NamedTuple):
    """Whose list disagrees. identities: with which mail was sent, sorted; none where a kind names none."""

    kind: DriftKind
    account: str
    region: str
    identities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriftCounts:
    """Recipients by place, as of an aware time. Each counts once for a kind and account, by whatever mail.

    days: of the ledger, that lists were compared with. lists: accounts and Regions whose own list was read,
    sorted; of others nothing is known. hours_left_out: account-hours of the journal that were not searched
    for deliveries, so that fewer may be found.
    """

    counted_at: datetime
    days: int
    lists: tuple[tuple[str, str], ...]
    hours_left_out: int
    counts: Counter[DriftPlace]

    def to_bytes(self) -> bytes:
        """Return the object that keeps them."""
        fields = {
            "version": VERSION,
            "counted_at": format_second(self.counted_at),
            "days": self.days,
            "lists": self.lists,
            "hours_left_out": self.hours_left_out,
            "counts": [
                {**place._asdict(), "recipients": number} for place, number in sorted(self.counts.items())
            ],
        }
        return json.dumps(fields, indent=2).encode() + b"\n"


def keep_drift(store: SnapshotStore, counts: DriftCounts) -> None:
    """Keep counts in place of those before them."""
    store.put(DRIFT_KEY, counts.to_bytes())


def read_drift(store: SnapshotStore) -> DriftCounts | None:
    """Return what was last kept, None where nothing was. Raises SnapshotCorruptError where it is damaged."""
    stored = store.fetch(DRIFT_KEY)
    if stored is None:
        return None
    try:
        plain = parse_json(stored.body)
        if plain["version"] != VERSION:
            raise ValueError(f"version {plain['version']}")
        return DriftCounts(
            parse_timestamp(plain["counted_at"]),
            plain["days"],
            tuple((account, region) for account, region in plain["lists"]),
            plain["hours_left_out"],
            Counter({_place(row): row["recipients"] for row in plain["counts"]}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotCorruptError(f"{DRIFT_KEY} cannot be read ({error}): count drift again.") from None


def _place(row: Mapping[str, Any]) -> DriftPlace:
    return DriftPlace(DriftKind(row["kind"]), row["account"], row["region"], tuple(row["identities"]))
