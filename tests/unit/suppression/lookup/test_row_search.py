"""Rows of an address are found by the index, whatever the spelling, and only their blocks are read."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.row_search import find_rows, load_index
from ses_reputation.suppression.snapshot import parts
from tests.support.in_memory.suppression import CountedStore, MemoryStore, suppress
from tests.support.stored_snapshots import store_snapshot
from tests.support.suppression_rows import any_texts

HOSTILE = [
    "ann@x.example",
    "Ann@x.example",
    "ANN@x.example",
    "anna@x.example",
    "an@x.example",
    "İ@x.example",
    "i@x.example",
    "i\u0307@x.example",
    '"o\'hara/\\"x\\" "@x.example',
    "=cmd|' /c calc'!a0@x.example",
    "\x1b[2J\r\n@x.example",
    "a\0b@x.example",
    "A\0b@x.example",
    "straße@x.example",
    "Ünï@x.example",
    "ÜNÏ@x.example",
    "\ud800@x.example",
    "",
    "@",
]
addresses = st.one_of(any_texts, st.sampled_from(HOSTILE), st.text("aAbB", max_size=3))


@given(st.sets(addresses, max_size=40), addresses, st.integers(1, 7), st.integers(1, 20))
def test_all_spellings_of_an_address_are_found_and_nothing_else(
    listed: set[str], asked: str, block_rows: int, rows_per_part: int
) -> None:
    store = MemoryStore()
    with patch.object(parts, "BLOCK_ROWS", block_rows):
        manifest = store_snapshot(store, map(suppress, listed), rows_per_part=rows_per_part)
    for address in (asked, *HOSTILE):
        found = find_rows(store, manifest, address)
        # An oracle without keys and blocks.
        expected = {each for each in listed if each.casefold() == address.casefold()}
        assert {row.email_address for row in found} == expected
        assert len(found) == len(expected)


def test_a_row_comes_with_its_reason_and_time() -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, [suppress("Ann@x.example", "COMPLAINT", 7), suppress("bob@x.example")])
    assert find_rows(store, manifest, "ann@X.EXAMPLE") == (
        SuppressedDestination("Ann@x.example", "2026-11-21T12:00:07Z", "COMPLAINT"),
    )


def test_a_search_reads_the_index_and_one_block() -> None:
    store = CountedStore()
    rows = [suppress(f"{number:05d}@x.example") for number in range(25_000)]
    manifest = store_snapshot(store, rows, rows_per_part=10_000)
    index = load_index(store, manifest)
    store.requests.clear()
    assert find_rows(store, manifest, "12345@x.example") == (rows[12_345],)
    assert store.requests == [
        ("index.json.gz", manifest.index.bytes),
        # Row 12,345 is the 346th of the third block of the second part.
        ("part-00002.ndjson.gz", index[12].length),
    ]
    assert index[12].first_key == "12000@x.example"


@pytest.mark.parametrize("address", ["a", "00000@x.exampl", "99999@x.example"])
def test_an_address_that_is_not_listed_takes_one_block_too(address: str) -> None:
    store = CountedStore()
    manifest = store_snapshot(store, [suppress(f"{number:05d}@x.example") for number in range(5_000)])
    store.requests.clear()
    assert find_rows(store, manifest, address) == ()
    assert len(store.requests) <= 2


def test_spellings_that_reach_into_the_next_block_and_part_are_found() -> None:
    store = MemoryStore()
    spellings = ["ann@x.example", "ANN@x.example", "Ann@x.example", "aNN@x.example", "anN@x.example"]
    others = [suppress(f"am{number}@x.example") for number in range(3)]
    with patch.object(parts, "BLOCK_ROWS", 2):
        manifest = store_snapshot(store, [*others, *map(suppress, spellings)], rows_per_part=4)
    found = find_rows(store, manifest, "ann@x.example")
    assert [row.email_address for row in found] == [spellings[0], *sorted(spellings[1:])]


def test_an_empty_list_holds_no_address() -> None:
    store = MemoryStore()
    assert find_rows(store, store_snapshot(store, []), "ann@x.example") == ()


def test_an_index_that_is_not_the_manifests_is_refused() -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, [suppress("secret@x.example")])
    other = replace(manifest, index=replace(manifest.index, sha256="0" * 64))
    with pytest.raises(SnapshotCorruptError, match=r"index\.json\.gz is not what the manifest describes"):
        find_rows(store, other, "secret@x.example")
    del store.objects[manifest.run.index_key]
    with pytest.raises(SnapshotCorruptError, match=r"index\.json\.gz is missing"):
        find_rows(store, manifest, "secret@x.example")


def test_a_part_that_was_replaced_is_never_searched_as_the_snapshots_own() -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, [suppress("secret@x.example")])
    part = manifest.run.part_key(1)
    other = MemoryStore()
    store_snapshot(other, [suppress("others@x.example")])
    for body in (other.objects[part], store.objects[part][:-1], b""):
        store.put(part, body)
        with pytest.raises(SnapshotCorruptError, match=r"part-00001\.ndjson\.gz") as refusal:
            find_rows(store, manifest, "secret@x.example")
        assert "secret" not in str(refusal.value)
    del store.objects[part]
    with pytest.raises(SnapshotCorruptError, match=r"part-00001\.ndjson\.gz is missing"):
        find_rows(store, manifest, "secret@x.example")
