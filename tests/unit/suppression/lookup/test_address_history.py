"""What became of an address, from snapshot to snapshot."""

from datetime import timedelta

from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.address_history import AddressHistory, trace_address
from ses_reputation.suppression.lookup.run_history import open_history
from ses_reputation.suppression.snapshot.location import SnapshotRun
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.stored_snapshots import TARGET, store_snapshot

ANN, UPPER = suppress("ann@x.example"), suppress("Ann@x.example")
DAYS = [
    [ANN],
    [ANN],
    [ANN._replace(last_update_time="2026-11-23T07:00:00Z")],
    [ANN._replace(last_update_time="2026-11-24T07:00:00Z", reason="COMPLAINT"), UPPER],
    [UPPER, suppress("anna@x.example")],
    [],
    [ANN],
]


def store_days(days: list[list[SuppressedDestination]]) -> MemoryStore:
    store = MemoryStore()
    for day, rows in enumerate(days):
        store_snapshot(store, rows, NOON + timedelta(days=day))
    return store


def trace(store: MemoryStore, most_runs: int = 100) -> AddressHistory:
    return trace_address(open_history(store, TARGET, "ANN@x.example"), most_runs)


def describe(history: AddressHistory) -> list[tuple[str, str, str]]:
    return [(each.manifest.run.run_id[:8], each.kind, each.email_address) for each in history.events]


def test_each_change_is_told_once_oldest_first() -> None:
    history = trace(store_days(DAYS))
    assert describe(history) == [
        ("20261121", "listed", "ann@x.example"),
        ("20261123", "renewed", "ann@x.example"),
        ("20261124", "reason_changed", "ann@x.example"),
        ("20261124", "listed", "Ann@x.example"),
        ("20261125", "removed", "ann@x.example"),
        ("20261126", "removed", "Ann@x.example"),
        ("20261127", "listed", "ann@x.example"),
    ]
    assert len(history.snapshots) == 7
    first, *_, last = history.events
    assert first.before is None
    assert last.before
    assert last.before.run.run_id == "20261126T120000Z"
    assert [(each.previous, each.row) for each in history.events[2:3]] == [(DAYS[2][0], DAYS[3][0])]


def test_only_the_newest_runs_are_read() -> None:
    history = trace(store_days(DAYS), most_runs=3)
    assert describe(history) == [
        ("20261125", "listed", "Ann@x.example"),
        ("20261126", "removed", "Ann@x.example"),
        ("20261127", "listed", "ann@x.example"),
    ]
    assert len(history.snapshots) == 3


def test_an_unfinished_run_is_not_an_empty_list() -> None:
    store = store_days(DAYS[:2])
    store.put(SnapshotRun(TARGET, "20261123T120000Z").part_key(1), b"{}")
    store_snapshot(store, [ANN], NOON + timedelta(days=3))
    assert describe(trace(store)) == [("20261121", "listed", "ann@x.example")]


def test_a_list_without_runs_has_no_history() -> None:
    assert trace(MemoryStore()) == AddressHistory((), ())
