"""How often lists and ledger disagree, kept for statements, which may read neither. It holds no recipient."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from ses_reputation.hours import format_second, parse_timestamp
from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import ROOT
from ses_reputation.tallies import group_by

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


class DriftFinding(NamedTuple):
    """A recipient of whom a list disagrees, by mail with an identity; "" where a kind names none."""

    kind: DriftKind
    account: str
    region: str
    identity: str
    recipient: str


@dataclass(frozen=True, slots=True)
class DriftCounts:
    """Recipients by place, as of an aware time. Each counts once for a kind and account, by whatever mail."""

    counted_at: datetime
    counts: Counter[DriftPlace]

    def to_bytes(self) -> bytes:
        """Return the object that keeps them."""
        rows = [{**place._asdict(), "recipients": number} for place, number in sorted(self.counts.items())]
        fields = {"version": VERSION, "counted_at": format_second(self.counted_at), "counts": rows}
        return json.dumps(fields, indent=2).encode() + b"\n"


def count_recipients(counted_at: datetime, found: Iterable[DriftFinding]) -> DriftCounts:
    """Return how many recipients each place has; each counts once, with all identities it is found by."""
    of_one = group_by(set(found), lambda each: (each.kind, each.account, each.region, each.recipient))
    places = (
        DriftPlace(kind, account, region, tuple(sorted(each.identity for each in own if each.identity)))
        for (kind, account, region, _), own in of_one.items()
    )
    return DriftCounts(counted_at, Counter(places))


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
        counts = Counter({_place(row): row["recipients"] for row in plain["counts"]})
        return DriftCounts(parse_timestamp(plain["counted_at"]), counts)
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotCorruptError(f"{DRIFT_KEY} cannot be read ({error}): count drift again.") from None


def _place(row: Mapping[str, Any]) -> DriftPlace:
    return DriftPlace(DriftKind(row["kind"]), row["account"], row["region"], tuple(row["identities"]))
