"""A snapshot is compared with the one before it, and only with a whole one."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from ses_reputation.suppression.changes.cause import NOT_LOOKED_UP, CauseKind, ChangeCause
from ses_reputation.suppression.changes.change_reader import stream_snapshot_changes
from ses_reputation.suppression.changes.comparing import ComparisonStep, SnapshotComparison
from ses_reputation.suppression.changes.comparison import FIRST_SNAPSHOT, SnapshotChanges
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import MemoryStore, suppress
from tests.support.written_snapshots import AFTER, BEFORE, LIST, write_parts, write_snapshot

ANN, BEN, CLO, DEE = (suppress(f"{name}@example.com") for name in ("ann", "ben", "clo", "dee"))
CLO_COMPLAINED = suppress("clo@example.com", "COMPLAINT", seconds=60)


@dataclass
class Explainer:
    """Explains as many changes as it may ask about."""

    left: LookUps = field(default_factory=LookUps)

    def explain(self, change: RowChange) -> ChangeCause:
        return ChangeCause(CauseKind.UNEXPLAINED) if self.left.take_ledger() else NOT_LOOKED_UP


def compare(
    store: MemoryStore, rows: Sequence[SuppressedDestination], run: SnapshotRun = AFTER, **options: int
) -> SnapshotComparison:
    look_ups = LookUps(of_ledger=options.get("look_ups", 0))
    parts = write_parts(store, run, rows, options.get("rows_per_part", 100))
    return SnapshotComparison(store, run, parts, lambda _, left: Explainer(left), look_ups, 2)


def run_to_the_end(
    comparison: SnapshotComparison, has_time: Callable[[], bool] = lambda: True
) -> SnapshotChanges:
    step, calls = ComparisonStep(), 0
    while step.changes is None:
        step = comparison.step(step.progress, has_time)
        calls += 1
        assert calls < 100
    return step.changes


def test_added_removed_and_changed_rows_are_found_in_the_order_of_addresses() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [ANN, BEN, CLO])

    changes = run_to_the_end(compare(store, [ANN, CLO_COMPLAINED, DEE]))

    assert (changes.added, changes.removed, changes.reason_changed) == (1, 1, 1)
    assert (changes.predecessor, changes.not_compared) == (BEFORE.run_id, None)
    assert [change for change, _ in stream_snapshot_changes(store, AFTER, changes)] == [
        RowChange("ben@example.com", ChangeKind.REMOVED, "", "BOUNCE", "2026-11-21T12:00:00Z"),
        RowChange(
            "clo@example.com", ChangeKind.REASON_CHANGED, "COMPLAINT", "BOUNCE", "2026-11-21T12:01:00Z"
        ),
        RowChange("dee@example.com", ChangeKind.ADDED, "BOUNCE", "", "2026-11-21T12:00:00Z"),
    ]


def test_a_later_time_alone_is_no_change() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [ANN])

    changes = run_to_the_end(compare(store, [suppress("ann@example.com", seconds=3600)]))

    assert changes == SnapshotChanges(BEFORE.run_id)


def test_spellings_of_an_address_are_rows_of_their_own() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [suppress("Ann@example.com"), ANN])

    changes = run_to_the_end(compare(store, [ANN, suppress("ANN@example.com")]))

    found = [
        (change.email_address, change.kind) for change, _ in stream_snapshot_changes(store, AFTER, changes)
    ]
    assert found == [("ANN@example.com", ChangeKind.ADDED), ("Ann@example.com", ChangeKind.REMOVED)]


def test_the_first_snapshot_of_a_list_is_compared_with_nothing_and_says_so() -> None:
    store = MemoryStore()
    write_snapshot(store, SnapshotRun(Target("222222222222", "eu-west-1", "acme"), BEFORE.run_id), [ANN])
    write_snapshot(store, SnapshotRun(LIST, "20261128T070000Z"), [ANN])

    changes = run_to_the_end(compare(store, [ANN]))

    assert changes.to_json() == {"predecessor": None, "not_compared": FIRST_SNAPSHOT}


def test_a_run_that_is_not_complete_is_passed_over() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [ANN])
    write_parts(store, SnapshotRun(LIST, "20261126T190000Z"), [ANN, BEN, CLO])

    changes = run_to_the_end(compare(store, [ANN, BEN]))

    assert (changes.predecessor, changes.added, changes.removed) == (BEFORE.run_id, 1, 0)


def test_a_predecessor_that_is_damaged_leaves_the_snapshot_without_changes_and_says_why() -> None:
    store = MemoryStore()
    manifest = write_snapshot(store, BEFORE, [ANN, BEN], rows_per_part=1)
    del store.objects[BEFORE.prefix + manifest.parts[1].name]

    changes = run_to_the_end(compare(store, [ANN]))

    assert changes.not_compared == (
        f"Snapshot {BEFORE.run_id}, the one before it, cannot be read: {BEFORE.part_key(2)} is missing."
    )
    assert changes.added == changes.removed == 0


def test_a_predecessor_in_another_order_is_not_compared() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [ANN, BEN])
    parts = write_parts(store, BEFORE, [BEN, ANN], rows_per_part=1)
    swapped = Manifest.from_json(BEFORE.manifest_key, store.objects.pop(BEFORE.manifest_key))
    store.objects.pop(LIST.latest_key)
    write_manifest_with(store, swapped, parts[::-1])

    changes = run_to_the_end(compare(store, [ANN, BEN]))

    assert changes.not_compared is not None
    assert "not in order" in changes.not_compared


def write_manifest_with(store: MemoryStore, manifest: Manifest, parts: Sequence[SnapshotPart]) -> None:
    fields = replace(manifest, parts=tuple(parts)).to_json()
    store.put(manifest.run.manifest_key, json.dumps(fields).encode())


def test_a_snapshot_whose_own_parts_are_damaged_is_an_error() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [ANN])
    comparison = compare(store, [ANN, BEN])
    store.put(AFTER.part_key(1), b"cut off")

    with pytest.raises(SnapshotCorruptError, match=AFTER.part_key(1)):
        run_to_the_end(comparison)


def test_a_comparison_of_many_calls_finds_and_asks_what_one_call_does() -> None:
    store, other = MemoryStore(), MemoryStore()
    before = [suppress(f"{number:03d}@example.com") for number in range(0, 60, 2)]
    after = [suppress(f"{number:03d}@example.com") for number in range(0, 60, 3)]
    for each in (store, other):
        write_snapshot(each, BEFORE, before, rows_per_part=7)

    at_once = run_to_the_end(compare(store, after, look_ups=5, rows_per_part=9))
    in_steps = run_to_the_end(compare(other, after, look_ups=5, rows_per_part=9), has_time=lambda: False)

    # Multiples of 2 and 3 below 60: 30 and 20, of which 10 are both.
    assert (in_steps.added, in_steps.removed) == (at_once.added, at_once.removed) == (10, 20)
    assert in_steps.by_cause == at_once.by_cause == {"not_looked_up": 25, "unexplained": 5}
    assert list(stream_snapshot_changes(other, AFTER, in_steps)) == list(
        stream_snapshot_changes(store, AFTER, at_once)
    )


def test_what_is_known_between_two_calls_holds_no_address() -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, [ANN])

    step = compare(store, [ANN, BEN]).step(None, lambda: False)

    assert step.progress is not None
    saved = store.objects[AFTER.comparison_key(step.progress)]
    assert b"example.com" not in saved
    assert not any("example.com" in key for key in store.objects)


def test_of_several_earlier_snapshots_the_newest_is_compared_with() -> None:
    store = MemoryStore()
    write_snapshot(store, SnapshotRun(LIST, "20261125T070000Z"), [ANN, BEN, CLO])
    write_snapshot(store, BEFORE, [ANN])

    changes = run_to_the_end(compare(store, [ANN, DEE]))

    assert (changes.predecessor, changes.added, changes.removed) == (BEFORE.run_id, 1, 0)


@pytest.mark.parametrize("has_time", [True, False], ids=["one call", "a call for each change"])
def test_whoever_was_forgotten_since_a_predecessor_has_no_address_in_the_changes(has_time: bool) -> None:
    """An export may begin while the predecessor is still to be rewritten; Ben is on the list as before."""
    store, key = MemoryStore(), b"key"
    ben = ForgottenPeople(key).hash_of("ben@example.com")
    people = ForgottenPeople(key, frozenset({ben}))
    write_snapshot(store, BEFORE, [ANN, suppress("Ben@example.com"), CLO])
    hidden_ben = suppress(people.hide("ben@example.com"))

    comparison = replace(compare(store, [ANN, DEE, hidden_ben]), people=people)
    changes = run_to_the_end(comparison, lambda: has_time)

    assert [
        (change.email_address, change.kind) for change, _ in stream_snapshot_changes(store, AFTER, changes)
    ] == [("clo@example.com", ChangeKind.REMOVED), ("dee@example.com", ChangeKind.ADDED)]
    assert (changes.added, changes.removed) == (1, 1)


def test_whoever_is_put_on_a_list_after_being_forgotten_is_an_addition() -> None:
    store, key = MemoryStore(), b"key"
    people = ForgottenPeople(key, frozenset({ForgottenPeople(key).hash_of("ben@example.com")}))
    write_snapshot(store, BEFORE, [ANN])
    hidden_ben = suppress(people.hide("ben@example.com"))

    changes = run_to_the_end(replace(compare(store, [ANN, hidden_ben]), people=people))

    assert (changes.added, changes.removed) == (1, 0)


def test_a_predecessor_that_is_rewritten_between_two_calls_is_compared_from_its_begin() -> None:
    """Forgetting moves a row to the end: a number of rows read says no longer which."""
    store, key = MemoryStore(), b"key"
    people = ForgottenPeople(key, frozenset({ForgottenPeople(key).hash_of("ann@example.com")}))
    hidden_ann = suppress(people.hide("ann@example.com"))
    write_snapshot(store, BEFORE, [ANN, BEN, CLO])
    comparison = replace(compare(store, [CLO, DEE, hidden_ann]), people=people)

    step = comparison.step(None, lambda: False)
    write_snapshot(store, BEFORE, [BEN, CLO, hidden_ann])
    while step.changes is None:
        step = comparison.step(step.progress, lambda: True)

    assert [
        (change.email_address, change.kind)
        for change, _ in stream_snapshot_changes(store, AFTER, step.changes)
    ] == [("ben@example.com", ChangeKind.REMOVED), ("dee@example.com", ChangeKind.ADDED)]
