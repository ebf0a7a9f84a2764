"""Objects of every kind lose a person, in all their versions, and nothing else of them is lost."""

import gzip
import json

import pytest

from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.objects import ObjectEraser
from ses_reputation.forgetting.person import Person
from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from tests.support.in_memory.versioned_store import VersionedMemoryStore
from tests.support.written_snapshots import AFTER, BEFORE, manifest_of, write_parts

ANN = Person.of_address("ann@example.com", ForgottenPeople(b"key"))
NAMED, OTHER = b'{"EmailAddress":"Ann@example.com"}\n', b'{"EmailAddress":"joann@example.com"}\n'


def erase(store: VersionedMemoryStore, *, applies: bool = True) -> Erasure:
    erasure = Erasure()
    manifests = [manifest_of(AFTER, [])]
    ObjectEraser(store, ANN, erasure, applies).erase(manifests, lambda _: None)
    return erasure


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("quarantine/forged_envelope/2026-11-27/1.json", ErasedKind.QUARANTINED),
        ("suppression/imports/111122223333/us-east-1/1/put-00001.ndjson", ErasedKind.IMPORT_FILE),
        (
            "suppression/raw/111122223333/us-east-1/account/20261127T070000Z/reading.json",
            ErasedKind.UNFINISHED,
        ),
        (BEFORE.part_key(1), ErasedKind.UNFINISHED),
    ],
)
def test_what_is_worth_nothing_without_the_person_is_deleted(key: str, kind: ErasedKind) -> None:
    store = VersionedMemoryStore()
    store.put(key, NAMED)
    store.put(f"{key}-other", OTHER)

    looked = erase(store, applies=False)
    assert (looked.counts, set(store.objects)) == ({kind: 1}, {key, f"{key}-other"})

    assert erase(store).counts == {kind: 1}
    assert [version.key for version in store.list_versions()] == [f"{key}-other"]


def test_older_versions_go_and_the_one_that_stands_stays() -> None:
    store = VersionedMemoryStore()
    for body in (NAMED, OTHER):
        store.put("quarantine/forged_envelope/2026-11-27/1.json", body)
    store.put("quarantine/forged_envelope/2026-11-27/2.json", NAMED)
    store.hide("quarantine/forged_envelope/2026-11-27/2.json")

    assert erase(store).counts == {ErasedKind.OLD_VERSION: 2}
    assert list(store.objects.values()) == [OTHER]
    assert len(list(store.list_versions())) == 1


def test_recorded_changes_have_a_hash_behind_those_of_others() -> None:
    store, key = (
        VersionedMemoryStore(),
        "suppression/actions/111122223333/us-east-1/account/1/part-00001.ndjson.gz",
    )
    lines = [
        {"EmailAddress": each, "Operation": "DELETE", "Reason": ""}
        for each in ("Ann@example.com", "b@example.com")
    ]
    store.put(key, gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode()))

    assert erase(store).counts == {ErasedKind.RECORDED_CHANGE: 1}

    (version,) = store.list_versions()
    body = store.fetch_version(version)
    assert body is not None
    found = [json.loads(line) for line in gzip.decompress(body).splitlines()]
    assert found == [lines[1], {"Forgotten": ANN.digest, "Operation": "DELETE", "Reason": ""}]


def test_exports_lose_the_entries_of_the_person_and_what_others_quote() -> None:
    store, key = VersionedMemoryStore(), "exports/entries/day=2026-11-27/20261127T070000Z.ndjson.gz"
    entries = [
        {"recipient": "ann@example.com", "outcome": "bounced"},
        {
            "recipient": "b@example.com",
            "identity": "ann@example.com",
            "diagnostic_code": "550 <ann@example.com> unknown",
        },
        {"recipient": "c@example.com", "outcome": "bounced"},
    ]
    store.put(key, gzip.compress("".join(f"{json.dumps(each)}\n" for each in entries).encode()))

    assert erase(store).counts == {ErasedKind.EXPORTED_ENTRY: 2}

    found = [json.loads(line) for line in gzip.decompress(store.objects[key]).splitlines()]
    assert found == [
        entries[2],
        {
            "recipient": "b@example.com",
            "identity": "ann@example.com",
            "diagnostic_code": "550 <(forgotten)> unknown",
        },
    ]
    assert len(list(store.list_versions())) == 1


def test_parquet_without_a_snapshot_that_says_what_is_in_it_is_deleted() -> None:
    store = VersionedMemoryStore()
    for run in (BEFORE, AFTER):
        store.put(parquet_key(run, 1), b"PAR1")
    store.put(parquet_key(AFTER, 1), b"PAR1 again")

    assert erase(store).counts == {ErasedKind.PARQUET: 2}
    assert [store.fetch_version(version) for version in store.list_versions()] == [b"PAR1 again"]


def test_what_is_not_of_this_stack_is_named_and_left() -> None:
    store = VersionedMemoryStore()
    store.put("notes/ann.txt", b"write to ann@example.com")
    erasure = erase(store)
    assert (erasure.left, erasure.is_complete, len(store.objects)) == (["notes/ann.txt"], False, 1)


def test_what_is_damaged_is_named_and_left() -> None:
    store, key = VersionedMemoryStore(), "suppression/raw/111122223333/us-east-1/account/1/part.ndjson.gz"
    store.put(key, gzip.compress(NAMED)[:-4])
    erasure = erase(store)
    assert (erasure.unread, erasure.is_complete, len(store.objects)) == ([key], False, 1)


def test_an_export_with_another_recipient_whose_address_ends_so_stays_as_it_is() -> None:
    store, key = VersionedMemoryStore(), "exports/entries/day=2026-11-27/20261127T070000Z.ndjson.gz"
    store.put(key, gzip.compress(b'{"recipient":"x=ann@example.com"}\n'))
    before = list(store.list_versions())
    assert (erase(store), list(store.list_versions())) == (Erasure(), before)


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("exports/list.csv", b"ann@example.com\n"),
        ("exports/entries/day=2026-11-27/list.csv", b"ann@example.com\n"),
        (
            "exports/entries/day=2026-11-27/rows.ndjson.gz",
            gzip.compress(b'{"recipient":"ann@example.com"}\nann@example.com\n'),
        ),
        ("exports/entries/day=2026-11-27/names.ndjson.gz", gzip.compress(b'["ann@example.com"]\n')),
        (
            "exports/entries/day=2026-11-27/numbers.ndjson.gz",
            gzip.compress(b'{"recipient":1,"to":"ann@example.com","n":2}\n'),
        ),
        ("suppression/actions/note.ndjson.gz", gzip.compress(b'{"EmailAddress":["ann@example.com"]}\n')),
    ],
    ids=["not below entries", "not compressed", "no JSON", "no fields", "numbers", "no text"],
)
def test_what_is_not_as_the_stack_writes_it_is_named_and_left(key: str, body: bytes) -> None:
    store = VersionedMemoryStore()
    store.put(key, body)

    erasure = erase(store)

    assert (erasure.left, erasure.counts.total(), store.objects) == ([key], 0, {key: body})
    assert len(list(store.list_versions())) == 1


def test_nothing_of_a_run_whose_manifest_cannot_be_read_is_deleted() -> None:
    store = VersionedMemoryStore()
    store.put(BEFORE.manifest_key, b'{"format_version": 3}')
    part = gzip.compress(NAMED)
    for key in (BEFORE.part_key(1), parquet_key(BEFORE, 1)):
        store.put(key, part)
        store.put(key, part)
    before = list(store.list_versions())

    erasure = erase(store)

    assert (erasure.counts.total(), list(store.list_versions())) == (0, before)
    assert set(erasure.left) == {BEFORE.part_key(1), parquet_key(BEFORE, 1)}


def test_what_a_run_that_finished_meanwhile_names_stays_and_is_named() -> None:
    """Its rows were hidden when it read them, but its changes may have what its predecessor still had."""
    store = VersionedMemoryStore()
    part = write_parts(
        store, BEFORE, [SuppressedDestination("ann@example.com", "2026-11-20T07:00:00Z", "BOUNCE")]
    )
    store.put(BEFORE.manifest_key, manifest_of(BEFORE, part).to_bytes())
    store.put(parquet_key(BEFORE, 1), b"PAR1")
    before = list(store.list_versions())

    erasure = erase(store)

    assert (erasure.counts.total(), list(store.list_versions())) == (0, before)
    assert erasure.left == [BEFORE.part_key(1)]
