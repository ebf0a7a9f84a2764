"""Numbers of drift, kept where statements can read them."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from ses_reputation.suppression.changes.drift.kept_counts import (
    DRIFT_KEY,
    DriftCounts,
    DriftKind,
    DriftPlace,
    keep_drift,
    read_drift,
)
from ses_reputation.suppression.errors import SnapshotCorruptError
from tests.support.in_memory.suppression import MemoryStore

AT = datetime(2026, 11, 27, 10, 5, tzinfo=UTC)
PLACE = "444455556666", "us-east-1"
COUNTS = Counter(
    {
        DriftPlace(DriftKind.MISSING_FROM_LIST, *PLACE, ("example.com", "mail.example.com")): 2,
        DriftPlace(DriftKind.DELIVERED_SINCE, *PLACE, ()): 1,
    }
)


def test_what_is_kept_is_read_again_and_names_nobody() -> None:
    store = MemoryStore()
    assert read_drift(store) is None

    counts = DriftCounts(AT, 90, (PLACE,), 7, COUNTS)
    keep_drift(store, counts)

    assert read_drift(store) == counts
    stored = store.fetch(DRIFT_KEY)
    assert stored is not None
    assert b"@" not in stored.body
    assert json.loads(stored.body)["counted_at"] == "2026-11-27T10:05:00Z"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"version": 2}', b'{"version": 1, "counts": [{}]}'])
def test_what_cannot_be_read_is_refused_with_what_to_do(body: bytes) -> None:
    store = MemoryStore()
    store.put(DRIFT_KEY, body)

    with pytest.raises(SnapshotCorruptError, match="count drift again"):
        read_drift(store)
