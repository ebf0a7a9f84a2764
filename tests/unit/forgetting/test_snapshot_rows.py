"""A snapshot without a person is the snapshot of the list in which the person is hidden."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.objects import ObjectEraser
from ses_reputation.forgetting.person import Person
from ses_reputation.forgetting.snapshots import erase_from_snapshots
from ses_reputation.suppression.changes.cause import UNEXPLAINED, ChangeCause
from ses_reputation.suppression.changes.change_reader import changes_of_manifest
from ses_reputation.suppression.changes.comparing import SnapshotComparison
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.row_change import RowChange
from ses_reputation.suppression.forgotten import ForgottenPeople, hidden
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.row_search import find_rows
from ses_reputation.suppression.snapshot import parts as snapshot_parts
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from tests.support.in_memory.versioned_store import VersionedMemoryStore
from tests.support.written_snapshots import AFTER, BEFORE, LIST, write_snapshot

PEOPLE = ForgottenPeople(b"key")
ANN = Person.of_address("ann@example.com", PEOPLE)
HASH = hidden(ANN.digest)
TIMES = ("2026-11-20T07:00:00Z", "2026-11-21T07:00:00Z")
BOUNCE = (TIMES[0], "BOUNCE")
LETTERS = ("a", "A", "ann", "Ann", "ANN", "anna", "b", "z", "ä")
# What lists may hold, and one who was forgotten before.
ADDRESSES = (*(f"{each}@example.com" for each in LETTERS), hidden("0" * 32), hidden("f" * 32))
lists = st.dictionaries(
    st.sampled_from(ADDRESSES), st.tuples(st.sampled_from(TIMES), st.sampled_from(("BOUNCE", "COMPLAINT")))
)


def rows_of(listed: dict[str, tuple[str, str]]) -> list[SuppressedDestination]:
    return [SuppressedDestination(address, *rest) for address, rest in listed.items()]


def forget(store: VersionedMemoryStore, person: Person = ANN) -> Erasure:
    erasure = Erasure()
    erase_from_snapshots(store, person, erasure, lambda _: None, applies=True)
    return erasure


def hide_by_hand(rows: list[SuppressedDestination]) -> dict[str, tuple[str, str]]:
    """What a list is without Ann's address: of several rows of hers, the latest stands."""
    expected = {row.email_address: row for row in rows if row.email_address.casefold() != "ann@example.com"}
    hers = [row for row in rows if row.email_address.casefold() == "ann@example.com"]
    if hers:
        latest = max(hers, key=lambda row: (row.last_update_time, row.reason))
        expected[HASH] = latest._replace(email_address=HASH)
    return {each: (row.last_update_time, row.reason) for each, row in expected.items()}


@given(lists, st.integers(1, 4), st.integers(1, 3))
def test_what_is_left_is_the_list_with_the_person_hidden(
    listed: dict[str, tuple[str, str]], rows_per_part: int, block_rows: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot_parts, "BLOCK_ROWS", block_rows)
        store = VersionedMemoryStore()
        rows = rows_of(listed)
        before = write_snapshot(store, AFTER, rows, rows_per_part)

        erasure = forget(store)

        after = load_manifest(store, LIST)
        expected = hide_by_hand(rows)
        found = list(stream_rows(store, after))
        assert {row.email_address: row[1:] for row in found} == expected
        keys = [row.email_address for row in found]
        assert keys == sorted(keys, key=lambda each: (each.casefold(), each.casefold() != each, each))
        assert (after.total, sum(after.by_reason.values())) == (len(expected), len(expected))
        assert after.total + after.rows_repeated == before.total
        assert after.forgotten == before.forgotten + (HASH in expected)
        for address in expected:
            assert any(row.email_address == address for row in find_rows(store, after, address))
        assert erasure.counts[ErasedKind.SNAPSHOT_ROW] == len(rows) - len(expected) + (HASH in expected)
        assert not any(ANN.is_in(body) for body in bodies(store))


def bodies(store: VersionedMemoryStore) -> list[bytes]:
    return [body for kept in store.versions.values() for _, body in kept]


def test_a_second_spelling_and_a_second_person_meet_those_of_before() -> None:
    """A run that began before the first forgetting has a hash from one page and an address from another."""
    store = VersionedMemoryStore()
    listed = {
        HASH: BOUNCE,
        "Ann@example.com": (TIMES[1], "COMPLAINT"),
        "b@example.com": BOUNCE,
    }
    manifest = write_snapshot(store, AFTER, rows_of(listed))
    store.put(manifest.run.manifest_key, replace(manifest, forgotten=1).to_bytes())

    forget(store)
    forget(store, Person.of_address("b@example.com", PEOPLE))

    after = load_manifest(store, LIST)
    b = hidden(PEOPLE.hash_of("b@example.com"))
    assert {row.email_address: row.reason for row in stream_rows(store, after)} == {
        HASH: "COMPLAINT",
        b: "BOUNCE",
    }
    assert (after.total, after.rows_repeated, after.forgotten) == (2, 1, 2)


def test_a_snapshot_is_whole_whenever_the_command_is_cut_off() -> None:
    """Each write and each deletion may be the last: what is there is read, and the next command goes on."""
    for last in range(1, 40):
        store = CutOffStore(last)
        write_snapshot(
            store,
            AFTER,
            rows_of({"ann@example.com": BOUNCE, "b@example.com": BOUNCE}),
        )
        store.is_counting = True
        try:
            forget(store)
            break
        except InterruptedError:
            store.is_counting = False
        assert len(list(stream_rows(store, load_manifest(store, LIST)))) == 2
        standing = erase_from_snapshots(store, ANN, Erasure(), lambda _: None, applies=True)
        ObjectEraser(store, ANN, Erasure(), applies=True).erase(standing, lambda _: None)
        left = [row.email_address for row in stream_rows(store, load_manifest(store, LIST))]
        assert left == ["b@example.com", HASH]
        assert not any(ANN.is_in(body) for body in bodies(store))
    assert 5 < last < 39


class CutOffStore(VersionedMemoryStore):
    """Ends the command after so many changes."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.left, self.is_counting = last, False

    def put(self, key: str, body: bytes) -> None:
        VersionedMemoryStore.put(self, key, body)
        self._count()

    def renew(self, key: str, *, is_superseded: bool) -> bool:
        is_there = VersionedMemoryStore.renew(self, key, is_superseded=is_superseded)
        self._count()
        return is_there

    def delete_version(self, version: object) -> None:
        VersionedMemoryStore.delete_version(self, version)  # type: ignore[arg-type]
        self._count()

    def _count(self) -> None:
        self.left -= self.is_counting
        if self.is_counting and self.left == 0:
            raise InterruptedError


def test_superseded_snapshots_stay_superseded_and_lose_their_parquet() -> None:
    store = VersionedMemoryStore()
    for run in (BEFORE, AFTER):
        write_snapshot(store, run, rows_of({"ann@example.com": BOUNCE}))
        store.put(parquet_key(run, 1), b"PAR1")
    for key in store.list_keys(BEFORE.prefix):
        store.mark_superseded(key)

    erasure = forget(store)

    assert all(store.is_superseded(key) for key in store.list_keys(BEFORE.prefix))
    assert not any(store.is_superseded(key) for key in store.list_keys(AFTER.prefix))
    assert [key for key in store.objects if key.startswith("parquet/")] == []
    assert erasure.counts[ErasedKind.PARQUET] == 2


class Unasked:
    left = LookUps()

    def explain(self, _change: RowChange) -> ChangeCause:
        return UNEXPLAINED


def compare(store: VersionedMemoryStore, run: SnapshotRun, manifest: Manifest) -> Manifest:
    comparison = SnapshotComparison(store, run, manifest.parts, lambda *_: Unasked(), rows_per_part=2)
    changes = comparison.step(None, lambda: True).changes
    assert changes
    compared = replace(manifest, changes=changes.to_json())
    store.put(run.manifest_key, compared.to_bytes())
    return compared


def test_changes_have_a_hash_too_and_the_next_comparison_finds_none() -> None:
    store = VersionedMemoryStore()
    write_snapshot(
        store,
        BEFORE,
        rows_of({"Ann@example.com": BOUNCE, "c@example.com": BOUNCE}),
    )
    written = write_snapshot(
        store,
        AFTER,
        rows_of({"ann@example.com": (TIMES[1], "BOUNCE"), "b@example.com": (TIMES[1], "BOUNCE")}),
    )
    compare(store, AFTER, written)

    erasure = forget(store)

    after = load_manifest(store, LIST)
    _, found = changes_of_manifest(store, after)
    assert {(change.email_address, change.kind.value) for change, _ in found} == {
        (HASH, "removed"),
        (HASH, "added"),
        ("b@example.com", "added"),
        ("c@example.com", "removed"),
    }
    assert (after.changes or {})["added"] == 2
    assert erasure.counts[ErasedKind.CHANGE] == 2
    assert not any(ANN.is_in(body) for body in bodies(store))
    later = SnapshotRun(LIST, "20261128T070000Z")
    same = write_snapshot(store, later, list(stream_rows(store, after)))
    changes = compare(store, later, same).changes or {}
    assert (changes["added"], changes["removed"], changes["reason_changed"]) == (0, 0, 0)


def test_an_empty_snapshot_whose_changes_have_the_person_is_no_obstacle() -> None:
    store = VersionedMemoryStore()
    write_snapshot(store, BEFORE, rows_of({"ann@example.com": BOUNCE}))
    compare(store, AFTER, write_snapshot(store, AFTER, []))

    erasure = forget(store)

    _, found = changes_of_manifest(store, load_manifest(store, LIST, AFTER.run_id))
    assert [change.email_address for change, _ in found] == [HASH]
    assert (erasure.is_complete, erasure.counts[ErasedKind.CHANGE]) == (True, 1)
    assert not any(ANN.is_in(body) for body in bodies(store))


def test_a_snapshot_whose_last_part_is_damaged_stops_no_other() -> None:
    """The person's part and the index are whole, but the row that stands for them belongs in the last."""
    store = VersionedMemoryStore()
    for run in (BEFORE, AFTER):
        write_snapshot(store, run, rows_of({"ann@example.com": BOUNCE, "b@example.com": BOUNCE}), 1)
    store.put(BEFORE.part_key(2), b"damaged")
    before = load_manifest(store, LIST, BEFORE.run_id)

    erasure = forget(store)

    assert (erasure.unread, erasure.counts[ErasedKind.SNAPSHOT]) == ([BEFORE.manifest_key], 1)
    assert load_manifest(store, LIST, BEFORE.run_id) == before
    assert [row.email_address for row in stream_rows(store, load_manifest(store, LIST))] == [
        "b@example.com",
        HASH,
    ]


def test_all_objects_of_a_rewritten_snapshot_begin_their_days_anew() -> None:
    """Days of S3's lifecycle count for each object: what stays as it is must not expire earlier."""
    store = VersionedMemoryStore()
    everyone = {f"{letter}@example.com": BOUNCE for letter in ("ann", "b", "c")}
    write_snapshot(store, BEFORE, rows_of({}))
    manifest = compare(store, AFTER, write_snapshot(store, AFTER, rows_of(everyone), 1))
    for key in store.list_keys(AFTER.prefix):
        store.mark_superseded(key)
    earlier = set(store.list_versions(AFTER.prefix))

    forget(store)

    after = load_manifest(store, LIST)
    assert after.parts[0] == manifest.parts[1]
    versions = list(store.list_versions(AFTER.prefix))
    assert not earlier.intersection(each for each in versions if each.key != AFTER.manifest_key)
    assert all(each.is_current for each in versions if each.key != AFTER.manifest_key)
    assert all(store.is_superseded(each.key) for each in versions)
    assert len(list(stream_rows(store, after))) == 3


def test_a_snapshot_with_a_part_that_is_gone_is_named_and_stays_as_it_was() -> None:
    store = VersionedMemoryStore()
    everyone = {f"{letter}@example.com": BOUNCE for letter in ("ann", "b", "c")}
    manifest = write_snapshot(store, AFTER, rows_of(everyone), 1)
    store.hide(AFTER.part_key(2))

    assert forget(store).unread == [AFTER.manifest_key]

    assert load_manifest(store, LIST) == manifest


def test_a_damaged_snapshot_is_named_and_left_alone() -> None:
    store = VersionedMemoryStore()
    manifest = write_snapshot(store, AFTER, rows_of({"ann@example.com": BOUNCE}))
    store.put(manifest.run.index_key, b"damaged")
    erasure = forget(store)
    assert (erasure.unread, erasure.is_complete) == ([manifest.run.manifest_key], False)


def test_nothing_is_changed_where_it_is_only_counted() -> None:
    store = VersionedMemoryStore()
    write_snapshot(store, AFTER, rows_of({"ann@example.com": BOUNCE}))
    before, erasure = json.dumps(sorted(store.versions)), Erasure()
    erase_from_snapshots(store, ANN, erasure, lambda _: None, applies=False)
    assert (erasure.counts[ErasedKind.SNAPSHOT_ROW], json.dumps(sorted(store.versions))) == (1, before)
